// Package jwt is a stub for fixtures.
package jwt

import "time"

type (
	Keyfunc           func(*Token) (interface{}, error)
	ClaimStrings      []string
	ParserOption      func(*Parser)
	TokenOption       func(*Token)
	MapClaims         map[string]interface{}
	SigningMethodHMAC struct{ Name string }
	SigningMethodRSA  struct{ Name string }
)

type NumericDate struct{ time.Time }

type Claims interface {
	GetExpirationTime() (*NumericDate, error)
	GetIssuedAt() (*NumericDate, error)
	GetNotBefore() (*NumericDate, error)
	GetIssuer() (string, error)
	GetSubject() (string, error)
	GetAudience() (ClaimStrings, error)
}

func (m MapClaims) GetExpirationTime() (d *NumericDate, err error) { return }
func (m MapClaims) GetIssuedAt() (d *NumericDate, err error)       { return }
func (m MapClaims) GetNotBefore() (d *NumericDate, err error)      { return }
func (m MapClaims) GetIssuer() (s string, err error)               { return }
func (m MapClaims) GetSubject() (s string, err error)              { return }
func (m MapClaims) GetAudience() (s ClaimStrings, err error)       { return }

type RegisteredClaims struct {
	Issuer    string       `json:"iss,omitempty"`
	Subject   string       `json:"sub,omitempty"`
	Audience  ClaimStrings `json:"aud,omitempty"`
	ExpiresAt *NumericDate `json:"exp,omitempty"`
	NotBefore *NumericDate `json:"nbf,omitempty"`
	IssuedAt  *NumericDate `json:"iat,omitempty"`
	ID        string       `json:"jti,omitempty"`
}

func (c RegisteredClaims) GetExpirationTime() (d *NumericDate, err error) { return }
func (c RegisteredClaims) GetIssuedAt() (d *NumericDate, err error)       { return }
func (c RegisteredClaims) GetNotBefore() (d *NumericDate, err error)      { return }
func (c RegisteredClaims) GetIssuer() (s string, err error)               { return }
func (c RegisteredClaims) GetSubject() (s string, err error)              { return }
func (c RegisteredClaims) GetAudience() (s ClaimStrings, err error)       { return }

type SigningMethod interface {
	Verify(signingString string, sig []byte, key interface{}) error
	Sign(signingString string, key interface{}) ([]byte, error)
	Alg() string
}

func (m *SigningMethodHMAC) Verify(signingString string, sig []byte, key interface{}) (err error) {
	return
}
func (m *SigningMethodHMAC) Sign(signingString string, key interface{}) (sig []byte, err error) {
	return
}
func (m *SigningMethodHMAC) Alg() (name string) { return }
func (m *SigningMethodRSA) Verify(signingString string, sig []byte, key interface{}) (err error) {
	return
}
func (m *SigningMethodRSA) Sign(signingString string, key interface{}) (sig []byte, err error) {
	return
}
func (m *SigningMethodRSA) Alg() (name string) { return }

var (
	SigningMethodHS256 *SigningMethodHMAC
	SigningMethodRS256 *SigningMethodRSA
)

type Token struct {
	Raw       string
	Method    SigningMethod
	Header    map[string]interface{}
	Claims    Claims
	Signature []byte
	Valid     bool
}

func New(method SigningMethod, opts ...TokenOption) (t *Token) { return }
func NewWithClaims(method SigningMethod, claims Claims, opts ...TokenOption) (t *Token) {
	return
}
func (t *Token) SignedString(key interface{}) (s string, err error) { return }

type Parser struct{}

func NewParser(options ...ParserOption) (p *Parser) { return }
func (p *Parser) Parse(tokenString string, keyFunc Keyfunc) (t *Token, err error) {
	return
}
func (p *Parser) ParseWithClaims(tokenString string, claims Claims, keyFunc Keyfunc) (t *Token, err error) {
	return
}
func (p *Parser) ParseUnverified(tokenString string, claims Claims) (token *Token, parts []string, err error) {
	return
}

func Parse(tokenString string, keyFunc Keyfunc, options ...ParserOption) (t *Token, err error) {
	return
}
func ParseWithClaims(tokenString string, claims Claims, keyFunc Keyfunc, options ...ParserOption) (t *Token, err error) {
	return
}
func NewNumericDate(t time.Time) (d *NumericDate)        { return }
func WithValidMethods(methods []string) (o ParserOption) { return }
func WithoutClaimsValidation() (o ParserOption)          { return }
func WithExpirationRequired() (o ParserOption)           { return }

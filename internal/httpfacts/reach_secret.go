package httpfacts

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/provider"
)

// noteSecrets looks at every string constant that was met.
func (r *reach) noteSecrets() {
	r.noteMade()
	for _, c := range r.flow.constants {
		r.texts = append(r.texts, r.text(c.expr))
	}
	company := map[*regexp.Regexp]bool{}
	beside := func(re *regexp.Regexp) bool {
		found, known := company[re]
		if !known {
			found = slices.ContainsFunc(r.texts, re.MatchString)
			company[re] = found
		}
		return found
	}
	for i, c := range r.flow.constants {
		text := r.texts[i]
		if k, ok := provider.SecretIn(text, beside); ok {
			r.secret(c, k.Vendor+" "+k.Name, "", k.Prefix)
			continue
		}
		if use := credentialInURL(text); use != "" && r.local {
			r.secret(c, "", use, "")
			continue
		}
		name := r.nameOf(c)
		if r.local && provider.IsSecretName(name) && provider.IsRandom(text) && !provider.IsPublic(text) {
			r.secret(c, "", "name "+name, "")
		}
	}
}

// text is the value of a string constant, or of what is made of some.
func (r *reach) text(e ast.Expr) string {
	if text, ok := r.flow.made[e]; ok {
		return text
	}
	return constant.StringVal(r.pass.TypesInfo.Types[e].Value)
}

var (
	queryValue = regexp.MustCompile(`[?&]([A-Za-z_-]+)=([^&#\s"']+)`)
	urlStart   = regexp.MustCompile(`^(?:https?|wss?)://[^\s]+$`)
	formValue  = regexp.MustCompile(`(?:^|&)([A-Za-z_-]+)=([^&#\s"'=]+)`)
	jsonValue  = regexp.MustCompile(`"([A-Za-z_-]+)"\s*:\s*"([^"\s]+)"`)
	userInfo   = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://([^/\s:@?#]+):([^/\s@?#]+)@([^/:\s]+)`)
)

// credentialInURL finds a credential in a URL's query or user information, or
// in the body of a request.
func credentialInURL(text string) (use string) {
	if !strings.ContainsAny(text, `=@:`) {
		return ""
	}
	for _, m := range queryValue.FindAllStringSubmatch(text, 16) {
		certain := provider.IsRandom(m[2]) || urlStart.MatchString(text) && isCredentialValue(m[2], sink{kind: sinkQuery}, m[1]) && strings.ContainsAny(m[2], "0123456789")
		if provider.IsCredentialParameter(m[1]) && certain && !provider.IsPublic(m[2]) {
			return "parameter " + m[1]
		}
	}
	if use := credentialInBody(text); use != "" {
		return use
	}
	m := userInfo.FindStringSubmatch(text)
	if m != nil && provider.IsPlausible(m[2]) && m[3] != "localhost" && !strings.HasPrefix(m[3], "127.") && !provider.IsPlaceholder(m[3]) {
		return "password in a URL"
	}
	return ""
}

// credentialInBody finds a credential in the text of a form or of JSON.
func credentialInBody(text string) (use string) {
	for _, re := range []*regexp.Regexp{formValue, jsonValue} {
		for _, m := range re.FindAllStringSubmatch(text, 64) {
			if re == formValue && !strings.Contains(text, "&") {
				continue
			}
			name, value := m[1], m[2]
			if provider.IsCredentialField(name) && len(value) >= 8 && strings.ContainsAny(value, "0123456789") &&
				isCredentialValue(value, sink{kind: sinkField}, name) && !provider.IsPublic(value) {
				return "member " + name
			}
		}
	}
	return ""
}

// secret adds a constant to the graph and returns it. use is what makes it a
// credential, where kind, its looks, does not.
func (r *reach) secret(c source, kind, use, hint string) *ReachSecret {
	s := r.describe(c)
	if old := r.secrets[s.ID]; old != nil {
		if old.Kind == "" && old.Use == "" {
			old.Kind, old.Use, old.Hint = kind, use, hint
			if use != "" {
				r.active[s.ID] = use
			}
		}
	} else {
		s.Kind, s.Use, s.Hint = kind, use, hint
		r.secrets[s.ID] = s
		if use != "" {
			r.active[s.ID] = use
		}
	}
	r.edge(c.own, ReachEdge{To: s.ID, At: r.at(c.expr.Pos()), pos: c.expr.Pos()})
	return r.secrets[s.ID]
}

// describe names a constant without telling its value.
func (r *reach) describe(c source) *ReachSecret {
	s := &ReachSecret{Module: r.module}
	if obj := r.constOf(c.expr); obj != nil && obj.Pkg() != nil {
		s.Name = "const " + obj.Pkg().Name() + "." + obj.Name()
		s.At = placeIn(r.pass, obj.Pkg().Path(), obj.Pos())
		s.ID = "const " + obj.Pkg().Path() + "." + obj.Name()
		if obj.Parent() != obj.Pkg().Scope() {
			s.ID = "const " + s.At + "." + obj.Name()
		}
		if obj.Pkg() == r.pass.Pkg {
			s.pos, s.end = obj.Pos(), obj.Pos()+token.Pos(len(obj.Name()))
		} else if r.module != "" && !strings.HasPrefix(obj.Pkg().Path()+"/", r.module+"/") {
			s.Module = obj.Pkg().Path()
		}
		return s
	}
	p := r.pass.Fset.Position(c.expr.Pos())
	s.At = r.at(c.expr.Pos())
	s.ID = "literal " + s.At + ":" + itoa(p.Column)
	s.pos, s.end = c.expr.Pos(), c.expr.End()
	return s
}

// constOf returns the constant that an expression is made of, or nil.
func (r *reach) constOf(e ast.Expr) *types.Const {
	if _, ok := r.flow.made[e]; ok {
		return nil // each of them is a part
	}
	var found *types.Const
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if c, ok := r.pass.TypesInfo.Uses[id].(*types.Const); ok && (found == nil || constLen(c) > constLen(found)) {
				found = c
			}
		}
		return true
	})
	if found != nil && constLen(found) < 4 {
		return nil
	}
	return found
}

func constLen(c *types.Const) int {
	if c.Val().Kind() != constant.String {
		return 0
	}
	return len(constant.StringVal(c.Val()))
}

// nameOf is the name that a constant goes by: its own, or that of what it is
// assigned to.
func (r *reach) nameOf(c source) string {
	if obj := r.constOf(c.expr); obj != nil {
		return obj.Name()
	}
	return r.flow.names[c.expr]
}

package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/provider"
)

// An Environment is one of the two that vendors keep apart.
type Environment string

const (
	NoEnvironment Environment = ""
	Production    Environment = "production"
	Sandbox       Environment = "sandbox"
)

// An EnvironmentMix is a place that belongs to two environments.
type EnvironmentMix struct {
	Pos token.Pos
	// Name is what says which environment is meant, Host what contradicts it.
	Name   string
	Wants  Environment
	Host   string
	Has    Environment
	Secret bool // Name is that of a credential
	// At is the counterpart that shows how it is meant; NoPos for none.
	At token.Pos
}

var (
	sandboxWords    = []string{"sandbox", "test", "testing", "staging", "stage", "uat"}
	productionWords = []string{"live", "prod", "production"}
)

// nameHas reports whether one of the words of a name is among these.
func nameHas(name string, words ...string) bool {
	return slices.ContainsFunc(nameWords(name), func(w string) bool { return slices.Contains(words, w) })
}

// nameWords splits a name at capitals, digits and separators.
func nameWords(name string) []string {
	var list []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			list = append(list, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])):
			flush()
		}
		word.WriteRune(r)
	}
	flush()
	return list
}

// environmentOfName returns the environment that a name speaks of, the word,
// and the name without it.
func environmentOfName(name string) (env Environment, word, rest string) {
	var left []string
	for _, w := range nameWords(name) {
		switch {
		case env == NoEnvironment && slices.Contains(sandboxWords, w):
			env, word = Sandbox, w
		case env == NoEnvironment && slices.Contains(productionWords, w):
			env, word = Production, w
		case slices.Contains(sandboxWords, w) || slices.Contains(productionWords, w):
			return NoEnvironment, "", "" // it speaks of both
		default:
			left = append(left, w)
		}
	}
	return env, word, strings.Join(left, " ")
}

var hostAlone = regexp.MustCompile(`^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[:/].*)?$`)

// hostOf returns the host of a text that is a URL, or a host alone.
func hostOf(text string) string {
	if strings.Contains(text, "://") {
		u, err := url.Parse(text)
		if err != nil {
			return ""
		}
		return u.Hostname()
	}
	if hostAlone.MatchString(text) {
		host, _, _ := strings.Cut(text, "/")
		host, _, _ = strings.Cut(host, ":")
		return host
	}
	return ""
}

// environmentOfHost returns the environment that a host belongs to, by what is
// known of its vendor or by a word in it.
func (m *Model) environmentOfHost(host string) Environment {
	if host == "" {
		return NoEnvironment
	}
	if p := m.config.Providers.OfHost(host); p != nil {
		for _, h := range p.Hosts {
			if h.Host == host && (h.Use == "production" || h.Use == "sandbox") {
				return Environment(h.Use)
			}
		}
		return NoEnvironment
	}
	labels := strings.FieldsFunc(host, func(r rune) bool { return r == '.' || r == '-' })
	if n := len(labels); n > 0 {
		labels = labels[:n-1] // .test and .live are domains, too
	}
	env := NoEnvironment
	for _, l := range labels {
		switch {
		case slices.Contains(sandboxWords, l) && env != Production:
			env = Sandbox
		case slices.Contains(productionWords, l) && env != Sandbox:
			env = Production
		case slices.Contains(sandboxWords, l) || slices.Contains(productionWords, l):
			return NoEnvironment
		}
	}
	return env
}

// EnvironmentMixes returns the addresses that are not those of the environment
// that they are called after, and the credentials that are used with a host of
// the other environment, in source order.
func (m *Model) EnvironmentMixes() []EnvironmentMix {
	if m.Empty() && !m.namesHosts() {
		return nil
	}
	list := m.misnamedHosts()
	if !m.Empty() {
		list = append(list, m.foreignCredentials()...)
	}
	slices.SortStableFunc(list, func(a, b EnvironmentMix) int { return int(a.Pos - b.Pos) })
	return list
}

// namesHosts reports whether a package without HTTP code is one of settings:
// it declares an address.
func (m *Model) namesHosts() bool {
	for _, n := range m.pass.Pkg.Scope().Names() {
		if c, ok := m.pass.Pkg.Scope().Lookup(n).(*types.Const); ok && c.Val().Kind() == constant.String && strings.Contains(constant.StringVal(c.Val()), "://") {
			return true
		}
	}
	return false
}

// A namedHost is an address and what it is called.
type namedHost struct {
	name string
	host string
	text string
	pos  token.Pos
}

// misnamedHosts looks at declarations, and at literals with keys.
func (m *Model) misnamedHosts() []EnvironmentMix {
	var list []EnvironmentMix
	var declared []namedHost
	add := func(group *[]namedHost, name string, value ast.Expr) {
		tv := m.pass.TypesInfo.Types[value]
		if tv.Value == nil || tv.Value.Kind() != constant.String {
			return
		}
		text := constant.StringVal(tv.Value)
		if host := hostOf(text); host != "" {
			*group = append(*group, namedHost{name, host, text, value.Pos()})
		}
	}
	for _, f := range m.pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if i < len(n.Values) {
						add(&declared, name.Name, n.Values[i])
					}
				}
			case *ast.CompositeLit:
				var group []namedHost
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok {
						add(&group, m.nameOf(kv.Key), kv.Value)
					}
				}
				list = append(list, m.misnamed(group)...)
				if mix, ok := m.mixedLiteral(n); ok {
					list = append(list, mix)
				}
			case *ast.SwitchStmt:
				var group []namedHost
				for _, c := range n.Body.List {
					clause := c.(*ast.CaseClause)
					if len(clause.List) != 1 || len(clause.Body) != 1 {
						continue
					}
					switch s := clause.Body[0].(type) {
					case *ast.ReturnStmt:
						if len(s.Results) > 0 {
							add(&group, m.nameOf(clause.List[0]), s.Results[0])
						}
					case *ast.AssignStmt:
						if len(s.Rhs) == 1 {
							add(&group, m.nameOf(clause.List[0]), s.Rhs[0])
						}
					}
				}
				list = append(list, m.misnamed(group)...)
			case *ast.IfStmt:
				list = append(list, m.misnamed(m.branches(n, add))...)
			}
			return true
		})
	}
	return append(list, m.misnamed(declared)...)
}

// branches returns what an if statement chooses by a name: an address for the
// name and one for the rest.
func (m *Model) branches(n *ast.IfStmt, add func(*[]namedHost, string, ast.Expr)) []namedHost {
	var group []namedHost
	cond := n.Cond
	not, ok := cond.(*ast.UnaryExpr)
	if ok && not.Op == token.NOT || len(n.Body.List) != 1 {
		return nil
	}
	name := m.nameOf(cond)
	if b, ok := cond.(*ast.BinaryExpr); ok && b.Op == token.EQL {
		name = m.nameOf(b.Y)
	}
	switch s := n.Body.List[0].(type) {
	case *ast.ReturnStmt:
		if len(s.Results) > 0 {
			add(&group, name, s.Results[0])
		}
	case *ast.AssignStmt:
		if len(s.Rhs) == 1 {
			add(&group, name, s.Rhs[0])
		}
	}
	return group
}

// nameOf returns what an expression is called: an identifier's name or the text
// of a constant.
func (m *Model) nameOf(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		return m.nameOf(e.Fun)
	case *ast.BasicLit:
		if tv := m.pass.TypesInfo.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
			return constant.StringVal(tv.Value)
		}
	}
	return ""
}

// misnamed returns the addresses of a group that contradict their names. Test
// and live are words with other meanings: they need a counterpart.
func (m *Model) misnamed(group []namedHost) []EnvironmentMix {
	var list []EnvironmentMix
	for _, h := range group {
		env, word, rest := environmentOfName(h.name)
		has := m.environmentOfHost(h.host)
		if env == NoEnvironment || has == NoEnvironment || env == has {
			continue
		}
		var other *namedHost
		for i, o := range group {
			if e, _, r := environmentOfName(o.name); e != NoEnvironment && e != env && r == rest {
				other = &group[i]
			}
		}
		if other == nil && (word == "live" || word == "test" || word == "testing" || word == "stage") {
			continue
		}
		mix := EnvironmentMix{Pos: h.pos, Name: h.name, Wants: env, Host: h.host, Has: has}
		if other != nil {
			mix.At = other.pos
		}
		list = append(list, mix)
	}
	return list
}

// foreignCredentials looks at the objects that are made with an address and a
// credential, and at the calls that get both.
func (m *Model) foreignCredentials() []EnvironmentMix {
	var list []EnvironmentMix
	for _, fn := range m.flow().funcs {
		objects := map[*ssa.Alloc][]ssa.Value{}
		var order []*ssa.Alloc
		at := map[*ssa.Alloc]token.Pos{}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					fa, ok := instr.Addr.(*ssa.FieldAddr)
					if !ok || !isText(instr.Val.Type()) {
						continue
					}
					if a, ok := fa.X.(*ssa.Alloc); ok {
						if objects[a] == nil {
							order = append(order, a)
						}
						objects[a] = append(objects[a], instr.Val)
						at[a] = instr.Pos()
					}
				case ssa.CallInstruction:
					if CalleeObject(instr) != nil && !textPackage(packagePath(CalleeObject(instr))) {
						if mix, ok := m.mixed(instr.Common().Args); ok {
							mix.Pos = instr.Pos()
							list = append(list, mix)
						}
					}
				}
			}
		}
		for _, a := range order {
			if mix, ok := m.mixed(objects[a]); ok {
				mix.Pos = at[a]
				list = append(list, mix)
			}
		}
	}
	return slices.Concat(list, m.mixedRequests(), m.mixedChains())
}

func packagePath(fn *types.Func) string {
	if fn.Pkg() == nil {
		return ""
	}
	return fn.Pkg().Path()
}

// mixedRequests looks at requests whose URL and header are known.
func (m *Model) mixedRequests() []EnvironmentMix {
	var list []EnvironmentMix
	for _, r := range m.MadeRequests() {
		lib := m.lib.FuncOf(CalleeObject(r.Call))
		if lib == nil || lib.NewRequest == nil {
			continue
		}
		values := []ssa.Value{argAt(&r.Call.Call, lib.NewRequest.URL)}
		for _, h := range r.Headers {
			if provider.IsCredentialHeader(h.Name) && h.Value != nil && isText(h.Value.Type()) {
				values = append(values, h.Value)
			}
		}
		if mix, ok := m.mixed(values); ok {
			mix.Pos = r.Call.Pos()
			list = append(list, mix)
		}
	}
	return list
}

// mixed tells whether some of the values are an address of one environment and
// others a credential of the other one. What a switch chooses says nothing,
// unless it chooses the address alone.
func (m *Model) mixed(values []ssa.Value) (EnvironmentMix, bool) {
	var mix EnvironmentMix
	hosts := map[Environment]string{}
	keys := map[Environment]string{}
	open := false
	for _, v := range values {
		if v == nil || !isText(v.Type()) {
			continue
		}
		for _, t := range m.Texts(v) {
			lead, _ := t.Lead()
			if host := hostOf(lead); host != "" && strings.Contains(lead, "://") {
				hosts[m.environmentOfHost(host)] = host
				continue
			}
			env, name, credential := m.credentialEnvironment(t)
			if env != NoEnvironment {
				keys[env] = name
			} else if credential {
				open = true
			}
		}
	}
	if open || len(keys) != 1 || hosts[NoEnvironment] != "" || len(hosts) == 0 {
		return mix, false
	}
	for env, name := range keys {
		for has, host := range hosts {
			if has != env {
				return EnvironmentMix{Name: name, Wants: env, Host: host, Has: has, Secret: true}, true
			}
		}
	}
	return mix, false
}

// credentialEnvironment returns the environment of a credential, by the shape
// of a constant or by the name of what it is read from.
func (m *Model) credentialEnvironment(t Text) (env Environment, name string, credential bool) {
	for _, p := range t {
		if p.IsConst() {
			for _, k := range provider.Recognise(p.Const, nil) {
				switch k.Use {
				case provider.Test:
					return Sandbox, k.Vendor + " " + k.Name, true
				case provider.Secret:
					return NoEnvironment, "", true
				}
			}
			continue
		}
		e, n, ok := environmentOfPlaces(p)
		if e != NoEnvironment {
			return e, n, true
		}
		credential = credential || ok
	}
	return NoEnvironment, "", credential
}

// environmentOfPlaces returns the environment that the names of what a part is
// read from speak of. It is silent where they speak of both, as they do where a
// switch chooses.
func environmentOfPlaces(p TextPart) (env Environment, name string, credential bool) {
	places := p.Places
	if call, ok := p.Origin.Call.(*ssa.Call); ok && p.Origin.Kind == OriginCall {
		if variable := environmentVariable(call); variable != "" {
			places = []any{variable}
		}
	}
	for _, place := range places {
		n, _ := place.(string)
		if n == "" {
			n = placeName(place)
		}
		if !tokenName.MatchString(n) && !provider.IsSecretName(n) {
			continue
		}
		credential = true
		e, _, _ := environmentOfName(n)
		if e != NoEnvironment && env != NoEnvironment && e != env {
			return NoEnvironment, "", true
		}
		if e != NoEnvironment {
			env, name = e, n
		}
	}
	return env, name, credential
}

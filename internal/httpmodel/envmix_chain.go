package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"regexp"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/provider"
)

// mixedChains looks at clients and requests that are built by a chain of calls,
// each of which returns what the next one is called on.
func (m *Model) mixedChains() []EnvironmentMix {
	type chain struct {
		values []ssa.Value
		pos    token.Pos // of the credential
	}
	chains := map[ssa.Value]*chain{}
	var order []ssa.Value
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		lib := m.lib.FuncOf(CalleeObject(call))
		if lib == nil {
			continue
		}
		var value ssa.Value
		credential := false
		switch {
		case lib.NewRequest != nil && lib.NewRequest.From != nil && lib.NewRequest.URL != nil:
			value = argAt(&call.Call, lib.NewRequest.URL)
		case lib.SetHeader != nil && lib.SetHeader.Value != nil:
			name := lib.SetHeader.Fixed
			if lib.SetHeader.Name != nil {
				name, _ = constString(argAt(&call.Call, lib.SetHeader.Name))
			}
			if !provider.IsCredentialHeader(name) {
				continue
			}
			value, credential = argAt(&call.Call, lib.SetHeader.Value), true
		default:
			continue
		}
		root := chainRoot(receiver(&call.Call))
		if root == nil || value == nil {
			continue
		}
		c := chains[root]
		if c == nil {
			c = &chain{pos: call.Pos()}
			chains[root] = c
			order = append(order, root)
		}
		if credential {
			c.pos = call.Pos()
		}
		c.values = append(c.values, value)
	}
	var list []EnvironmentMix
	for _, root := range order {
		if mix, ok := m.mixed(chains[root].values); ok {
			mix.Pos = chains[root].pos
			list = append(list, mix)
		}
	}
	return list
}

// chainRoot returns the value that a chain of calls starts with, or nil where
// there is no call before.
func chainRoot(v ssa.Value) ssa.Value {
	for range 64 {
		call, ok := v.(*ssa.Call)
		if !ok {
			return nil
		}
		recv := receiver(&call.Call)
		if recv == nil || namedOf(recv.Type()) != namedOf(call.Type()) {
			return call
		}
		v = recv
	}
	return nil
}

var variableName = regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)

// mixedLiteral looks at a struct that is written with an address and with the
// name of the variable that holds a credential.
func (m *Model) mixedLiteral(lit *ast.CompositeLit) (EnvironmentMix, bool) {
	var mix EnvironmentMix
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		tv := m.pass.TypesInfo.Types[e]
		if tv.Value == nil || tv.Value.Kind() != constant.String {
			continue
		}
		text := constant.StringVal(tv.Value)
		if host := hostOf(text); host != "" {
			if mix.Host != "" {
				return mix, false
			}
			mix.Host, mix.Has = host, m.environmentOfHost(host)
			continue
		}
		if !variableName.MatchString(text) || !tokenName.MatchString(text) {
			continue
		}
		if env, _, _ := environmentOfName(text); env != NoEnvironment {
			if mix.Secret && env != mix.Wants {
				return mix, false
			}
			mix.Name, mix.Wants, mix.Secret, mix.Pos = text, env, true, e.Pos()
		}
	}
	return mix, mix.Secret && mix.Has != NoEnvironment && mix.Has != mix.Wants
}

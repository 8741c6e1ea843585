package httpmodel

import (
	"go/token"
	"go/types"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

func hasHookPath(text string) bool {
	for _, w := range wordsOf(text) {
		if w == "webhook" || w == "webhooks" || w == "hook" || w == "hooks" {
			return true
		}
	}
	return false
}

// isLogin reports whether an address is one that a browser comes back to.
func isLogin(texts []string) bool {
	return slices.ContainsFunc(texts, func(text string) bool {
		_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(text, "http://"), "https://"), "/")
		path, _, _ = strings.Cut(path, "?")
		return strings.Trim(path, "/") == "callback" || hasWord(path, handlerData().LoginWords)
	})
}

func isHTTP(text string) bool {
	return strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://")
}

// addressTexts returns the texts that an address may begin with, and whether
// those are all that it can be. What stands for an unknown part is "…".
func (m *Model) addressTexts(v ssa.Value, depth int) (texts []string, complete bool) {
	if v == nil || depth > 6 {
		return nil, false
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return m.addressTexts(v.X, depth+1)
	case *ssa.BinOp:
		if v.Op != token.ADD {
			return nil, false
		}
		heads, complete := m.addressTexts(v.X, depth+1)
		tail, ok := constString(v.Y)
		if !ok {
			tail = "…"
		}
		for _, head := range heads {
			texts = append(texts, head+tail)
		}
		return texts, complete
	case *ssa.Slice:
		if a, ok := v.X.(*ssa.Alloc); ok { // []string{address}
			return m.storedTexts(a, depth)
		}
	case *ssa.Alloc:
		return m.storedTexts(v, depth)
	case *ssa.Call:
		if f := m.lib.FuncOf(CalleeObject(v)); f != nil && f.Makes == "format" && len(v.Call.Args) > 0 {
			return m.addressTexts(v.Call.Args[0], depth+1)
		}
		if isURLText(v) {
			return m.builtURL(receiver(&v.Call))
		}
		if isPointerHelper(v) {
			return m.addressTexts(v.Call.Args[0], depth+1)
		}
	}
	complete = true
	for _, o := range m.Origins(v) {
		text, ok := constString(o.Value)
		switch {
		case o.Kind == OriginConst && ok:
			texts = append(texts, text)
		case o.Kind == OriginConst, o.Kind == OriginField && isOwnVariable(o.Base):
		case o.Value != nil && o.Value != v && (o.Kind == OriginUnknown || o.Kind == OriginCall) && depth < 4:
			more, all := m.addressTexts(o.Value, depth+2)
			texts, complete = append(texts, more...), complete && all
		default:
			complete = false
		}
	}
	return texts, complete
}

// addressPos returns where an address is made or stored, if that is not where
// it is used.
func (m *Model) addressPos(v ssa.Value, depth int) token.Pos {
	if depth > 4 {
		return token.NoPos
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return m.addressPos(v.X, depth+1)
	case *ssa.Slice:
		if a, ok := v.X.(*ssa.Alloc); ok && len(storesIn(a)) == 1 {
			return m.addressPos(storesIn(a)[0].Val, depth+1)
		}
	case *ssa.Call:
		if isURLText(v) {
			return m.urlPos(receiver(&v.Call))
		}
		fn := staticCallee(&v.Call)
		if fn == nil || fn.Blocks == nil {
			return token.NoPos
		}
		for _, b := range fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
				if pos := m.addressPos(ret.Results[0], depth+1); pos.IsValid() {
					return pos
				}
				return ValuePos(ret.Results[0])
			}
		}
	case *ssa.UnOp:
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			return m.badStore(m.flow().stores[structField(addr.X.Type(), addr.Field)])
		case *ssa.Global:
			if use := m.flow().globals[addr]; use != nil {
				return m.badStore(use.stores)
			}
		}
	case *ssa.Field:
		return m.badStore(m.flow().stores[structField(v.X.Type(), v.Field)])
	}
	return token.NoPos
}

// badStore returns the one of several stores that stores a bad address.
func (m *Model) badStore(stores []*ssa.Store) token.Pos {
	for _, st := range stores {
		if text, ok := constString(st.Val); ok {
			if _, bad := badAddress(text); bad {
				return st.Pos()
			}
		}
	}
	return token.NoPos
}

// urlPos returns where the scheme of a url.URL is set.
func (m *Model) urlPos(u ssa.Value) token.Pos {
	for _, o := range m.Origins(u) {
		made, ok := o.Value.(*ssa.Alloc)
		if !ok {
			continue
		}
		for _, ref := range *made.Referrers() {
			fa, ok := ref.(*ssa.FieldAddr)
			if !ok || fieldName(fa) != "Scheme" {
				continue
			}
			for _, use := range *fa.Referrers() {
				if st, ok := use.(*ssa.Store); ok {
					return st.Pos()
				}
			}
		}
	}
	return token.NoPos
}

// storedTexts returns the texts that are stored to a variable, or to the one
// element of a list.
func (m *Model) storedTexts(a *ssa.Alloc, depth int) (texts []string, complete bool) {
	complete = true
	for _, st := range storesIn(a) {
		more, all := m.addressTexts(st.Val, depth+1)
		texts, complete = append(texts, more...), complete && all
	}
	return texts, complete
}

// storesIn returns the stores to a variable, or to elements of an array.
func storesIn(a *ssa.Alloc) []*ssa.Store {
	var list []*ssa.Store
	for _, ref := range *a.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == a {
			list = append(list, st)
		}
		ia, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range *ia.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == ia {
				list = append(list, st)
			}
		}
	}
	return list
}

// isPointerHelper reports whether a call only makes a pointer to its argument:
// github.String, stripe.String, new.
func isPointerHelper(call *ssa.Call) bool {
	sig := call.Call.Signature()
	if len(call.Call.Args) != 1 || sig.Results().Len() != 1 || !isText(call.Call.Args[0].Type()) {
		return false
	}
	p, ok := sig.Results().At(0).Type().Underlying().(*types.Pointer)
	return ok && types.Identical(p.Elem(), call.Call.Args[0].Type())
}

// isURLText reports whether a call makes text of a url.URL.
func isURLText(call *ssa.Call) bool {
	recv := receiver(&call.Call)
	return recv != nil && isNamed(recv.Type(), "net/url", "URL") && CalleeObject(call).Name() == "String"
}

// builtURL returns the text that a url.URL of constant parts begins with.
func (m *Model) builtURL(u ssa.Value) (texts []string, complete bool) {
	list := m.Origins(u)
	for _, o := range list {
		made, ok := o.Value.(*ssa.Alloc)
		if o.Kind != OriginObject || !ok {
			return nil, false
		}
		parts := map[string]string{}
		for _, ref := range *made.Referrers() {
			fa, ok := ref.(*ssa.FieldAddr)
			if !ok {
				continue
			}
			for _, use := range *fa.Referrers() {
				if st, ok := use.(*ssa.Store); ok && st.Addr == fa {
					parts[fieldName(fa)] += m.constantText(st.Val)
				}
			}
		}
		host := parts["Host"]
		if host == "" {
			host = "…"
		}
		texts = append(texts, parts["Scheme"]+"://"+host+parts["Path"])
	}
	return texts, len(list) > 0
}

// isOwnVariable reports whether a value is a variable of the package that no
// other can name.
func isOwnVariable(v ssa.Value) bool {
	g, ok := v.(*ssa.Global)
	return ok && !token.IsExported(g.Name())
}

// badAddress reports whether an address is local, or has no TLS.
func badAddress(text string) (Callback, bool) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme != "http" && scheme != "https" {
		return Callback{}, false
	}
	host, _, _ := strings.Cut(rest, "/")
	c := Callback{Address: scheme + "://" + strings.NewReplacer("…", "", "%d", "", "%s", "", "%v", "").Replace(host)}
	if at := strings.LastIndexByte(host, ':'); at > 0 && !strings.HasSuffix(host, "]") {
		host = host[:at]
	}
	c.Address = strings.TrimSuffix(c.Address, ":")
	if strings.ContainsAny(host, "%…") {
		c.Address = scheme + "://" // the host is configured, the scheme is not
		return c, scheme == "http"
	}
	u, err := url.Parse("http://" + host)
	if err != nil || u.Hostname() == "" {
		return Callback{}, false
	}
	name := strings.ToLower(u.Hostname())
	if isLocal(name) {
		c.Local = true
		return c, true
	}
	// A name without a dot is known in one network, which may be the vendor's.
	internal := !strings.Contains(name, ".") || slices.ContainsFunc([]string{".internal", ".local", ".lan", ".svc", ".test", ".example", ".invalid", ".corp", ".home"}, func(s string) bool { return strings.HasSuffix(name, s) })
	return c, scheme == "http" && !internal
}

// isLocal reports whether a host is this machine, or one of a private network.
func isLocal(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || name == "host.docker.internal" {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified() || ip.IsLinkLocalUnicast())
}

package httpfacts

import (
	"go/types"
	"maps"
	"slices"
)

// originsOf returns the IDs of the constants that an object of another package
// can hold, or the element of it that keys lead to.
func (r *reach) originsOf(obj types.Object, keys []string) []string {
	if obj.Pkg() == nil || obj.Pkg() == r.pass.Pkg {
		return nil
	}
	var fact OriginFact
	if !r.pass.ImportObjectFact(obj, &fact) || fact.Version != reachVersion {
		return nil
	}
	if len(keys) == 0 || keys[0] == anyKey {
		return fact.IDs
	}
	for _, e := range fact.Elements {
		if e.Key == keys[0] {
			return e.IDs
		}
	}
	return nil
}

// exportSinks tells importing packages which parameters, fields and variables
// become credentials.
func (r *reach) exportSinks(carried map[types.Object]sink) {
	params := map[*types.Func]*SinkFact{}
	fact := func(fn *types.Func) *SinkFact {
		if params[fn] == nil {
			params[fn] = &SinkFact{Version: reachVersion}
		}
		return params[fn]
	}
	for fn, pairs := range r.flow.pairs {
		fact(fn).Pairs = pairs
	}
	for obj, s := range carried {
		if m, ok := obj.(*types.Func); ok && m.Pkg() == r.pass.Pkg && isInterfaceMethod(m) {
			r.pass.ExportObjectFact(m, &SinkFact{Version: reachVersion, Use: s.use, Keys: s.keys})
		}
		v, ok := obj.(*types.Var)
		if !ok || v.Pkg() != r.pass.Pkg {
			continue
		}
		if p, ok := r.flow.params[v]; ok {
			fact(p.fn).Params = append(fact(p.fn).Params, SinkParam{p.idx, s.use, s.keys})
			continue
		}
		if v.IsField() || v.Parent() == v.Pkg().Scope() {
			r.pass.ExportObjectFact(v, &SinkFact{Version: reachVersion, Use: s.use, Keys: s.keys})
		}
	}
	for fn, fact := range params {
		fact.Use = ""
		slices.SortFunc(fact.Params, func(a, b SinkParam) int { return a.Index - b.Index })
		r.pass.ExportObjectFact(fn, fact)
	}
}

// exportOrigins tells importing packages which constants they may get from the
// package's functions, fields and variables. Such a constant is not a secret
// until one of them uses it as one.
func (r *reach) exportOrigins() {
	if !r.local || r.pass.Pkg.Name() == "main" {
		return
	}
	f := r.flow
	potential := 0
	export := func(obj types.Object, start []source) {
		if potential >= maxReachPotential {
			return
		}
		ids := r.constantsIn(start)
		for _, s := range r.settingsFor(obj) {
			ids = append(ids, s.ID)
		}
		potential += len(ids)
		if len(ids) > 0 && len(ids) <= maxOrigins {
			r.pass.ExportObjectFact(obj, &OriginFact{Version: reachVersion, IDs: ids})
		}
	}
	exportElements := func(obj types.Object, keys []string, start func(keys []string) []source) {
		if potential >= maxReachPotential || len(keys) > 2*maxOrigins {
			return
		}
		fact := &OriginFact{Version: reachVersion}
		if ids := r.constantsIn(start([]string{anyKey})); len(ids) <= maxOrigins {
			fact.IDs = ids
		}
		for _, key := range keys {
			if ids := r.constantsIn(start([]string{key})); len(ids) > 0 && len(ids) <= maxOrigins {
				fact.Elements = append(fact.Elements, OriginElement{key, ids})
			}
		}
		potential += len(fact.IDs) + len(fact.Elements)
		if len(fact.IDs)+len(fact.Elements) > 0 {
			r.pass.ExportObjectFact(obj, fact)
		}
	}
	for _, fn := range sortedObjects(f.results) {
		switch res := fn.Signature().Results(); {
		case holdsText(res):
			export(fn, f.results[fn][0])
		case res.Len() > 0 && isTextMap(res.At(0).Type()):
			exportElements(fn, f.keysIn(f.results[fn][0]), func(keys []string) []source {
				var list []source
				for _, s := range f.results[fn][0] {
					list = append(list, s.element(keys))
				}
				return list
			})
		}
	}
	for _, obj := range append(sortedObjects(f.assigns), r.taggedFields()...) {
		v, ok := obj.(*types.Var)
		if !ok || v.Pkg() != r.pass.Pkg || !v.IsField() && v.Parent() != v.Pkg().Scope() {
			continue
		}
		switch {
		case isText(v.Type()):
			export(v, f.assigns[obj])
		case isTextMap(v.Type()):
			exportElements(v, f.keysIn(f.assigns[v], f.entries[v]...), func(keys []string) []source { return f.values(v, keys) })
		}
	}
}

func sortedObjects[O interface {
	comparable
	types.Object
}, V any](m map[O]V) []O {
	return slices.SortedFunc(maps.Keys(m), func(a, b O) int { return int(a.Pos()) - int(b.Pos()) })
}

func holdsText(t *types.Tuple) bool { return t.Len() > 0 && isText(t.At(0).Type()) }

// isText reports whether a type holds text: string or []byte, named or not.
func isText(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// constantsIn returns the IDs of the constants behind expressions that could
// be a credential.
func (r *reach) constantsIn(start []source) []string {
	f := r.flow
	work := slices.Clone(start)
	done := map[spot]bool{}
	seen := map[element]bool{}
	ids := map[string]bool{}
	for len(work) > 0 && len(ids) <= maxOrigins {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		if done[s.spot()] {
			continue
		}
		done[s.spot()] = true
		f.step(s, func(l leaf) {
			switch {
			case l.constant:
				if r.credential(l.source, sink{kind: sinkHeader}) {
					ids[r.secret(l.source, "", "", "").ID] = true
				}
			case l.embed != nil:
				if s := r.embedText(l.embed); s != nil {
					ids[s.ID] = true
				}
			case l.next != nil:
				work = append(work, *l.next)
			case l.obj != nil && !seen[element{l.obj, l.spot().keys}]:
				seen[element{l.obj, l.spot().keys}] = true
				work = append(work, f.values(l.obj, l.keys)...)
				for _, id := range r.originsOf(l.obj, l.keys) {
					ids[id] = true
				}
			}
		})
	}
	return slices.Sorted(maps.Keys(ids))
}

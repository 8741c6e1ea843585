package httpmodel

import (
	"go/types"
	"strings"
)

func pageName(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(strings.TrimPrefix(name, "Get")))
}

// namesCursor reports whether a part of an answer with that name says where the
// next page is, or whether there is one.
func namesCursor(name string) bool {
	switch pageName(name) {
	case "next", "nextpage", "nextpagetoken", "nextcursor", "nexttoken", "nextcontinuationtoken", "nextmarker", "nextkeymarker", "hasmore", "hasnext",
		"hasnextpage", "moreafter", "nextpageurl", "nexturl", "nextlink", "nextpageinfo", "morepages", "istruncated", "endcursor", "nextoffset",
		"lastevaluatedkey", "nextpagecursor", "morerecords", "nextpagelink":
		return true
	}
	return false
}

// namesPages reports whether a part of an answer says how many pages or items
// there are: whoever reads it knows of the other pages.
func namesPages(name string) bool {
	switch pageName(name) {
	case "totalpages", "totalpage", "pagecount", "pages", "lastpage", "total", "totalcount", "totalitems", "totalresults", "count", "totalsize",
		"totalentries", "totalrecords", "currentpage", "cursor", "islastpage", "link", "continuationtoken":
		return true
	}
	return false
}

// namesPaging reports whether a part of an answer with that name holds such parts.
func namesPaging(name string) bool {
	switch pageName(name) {
	case "meta", "metadata", "pagination", "paging", "page", "links", "responsemetadata", "pageinfo", "paginationinfo", "pagingmeta", "listmeta", "paginglinks", "linkages":
		return true
	}
	return false
}

// namesPlace reports whether a part of a request chooses the page.
func namesPlace(name string) bool {
	switch pageName(name) {
	case "page", "pagetoken", "cursor", "offset", "nexttoken", "marker", "after", "startingafter", "continuationtoken", "startcursor", "next", "skip",
		"pagenumber", "exclusivestartkey", "start", "startafter", "startat", "nextpagetoken", "token", "pageafter", "pages", "since", "sinceid", "keyset", "pagecursor":
		return true
	}
	return false
}

// namesSize reports whether a part of a request says how many items it wants.
func namesSize(name string) bool {
	switch pageName(name) {
	case "perpage", "pagesize", "limit", "maxresults", "maxkeys", "maxitems", "size", "first", "count", "pagelimit", "top":
		return true
	}
	return false
}

// namesOne reports whether a part of a request picks single items.
func namesOne(name string) bool {
	plain := pageName(name)
	switch plain {
	case "head", "name", "names", "ref", "sha", "id", "ids", "iids", "path", "key", "email", "username", "login", "filter", "filters", "search", "query", "slug", "label", "labelselector", "fqdn", "domain", "prefix", "tag", "hostname", "namefilter":
		return true
	}
	return strings.HasSuffix(plain, "id") || strings.HasSuffix(plain, "ids") || strings.HasSuffix(plain, "name")
}

// cursorOf returns the field of a struct that tells of the next page, also one
// of a part that is for paging or embedded.
func cursorOf(t types.Type, depth int) *types.Var {
	st := structOf(t)
	if st == nil || depth > 3 {
		return nil
	}
	for f := range st.Fields() {
		if namesCursor(f.Name()) && !holdsMany(f.Type()) {
			return f
		}
	}
	for f := range st.Fields() {
		if f.Embedded() || namesPaging(f.Name()) {
			if c := cursorOf(f.Type(), depth+1); c != nil {
				return c
			}
		}
	}
	return nil
}

// listsItems reports whether a struct holds a list of something.
func listsItems(t types.Type) bool {
	st := structOf(t)
	if st == nil {
		return false
	}
	for f := range st.Fields() {
		if isList(f.Type()) {
			return true
		}
	}
	return false
}

// isList reports whether a type is a list of more than bytes.
func isList(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return !ok || b.Kind() != types.Byte
}

func holdsMany(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Signature, *types.Chan:
		return true
	}
	return false
}

// structOf returns the struct that a type is or points at, or nil.
func structOf(t types.Type) *types.Struct {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, _ := t.Underlying().(*types.Struct)
	return st
}

// hasPlace reports whether a struct's values choose the page.
func hasPlace(t types.Type, depth int) bool {
	st := structOf(t)
	if st == nil || depth > 2 {
		return false
	}
	for f := range st.Fields() {
		if f.Exported() && namesPlace(f.Name()) || f.Embedded() && hasPlace(f.Type(), depth+1) || strings.HasSuffix(f.Name(), "ListOptions") && hasPlace(f.Type(), depth+1) {
			return true
		}
	}
	return false
}

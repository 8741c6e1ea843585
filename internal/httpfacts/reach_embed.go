package httpfacts

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// An embedded is a variable with a go:embed directive.
type embedded struct {
	obj   *types.Var
	pos   token.Pos
	dir   string
	files []string // relative to dir, with slashes
}

// maxEmbedSize is the largest embedded file that is looked into.
const maxEmbedSize = 4 << 20

// embeddedFiles finds what the files of the package embed.
func embeddedFiles(pass *analysis.Pass, files []*ast.File) []*embedded {
	if importOf(pass.Pkg, "embed") == nil {
		return nil
	}
	var list []*embedded
	for _, f := range files {
		name := pass.Fset.File(f.FileStart).Name()
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				vs, ok := spec.(*ast.ValueSpec)
				if !ok || len(vs.Names) != 1 {
					continue
				}
				obj, ok := pass.TypesInfo.Defs[vs.Names[0]].(*types.Var)
				if !ok {
					continue
				}
				patterns := append(embedPatterns(g.Doc), embedPatterns(vs.Doc)...)
				if len(patterns) == 0 {
					continue
				}
				e := &embedded{obj: obj, pos: vs.Names[0].Pos(), dir: filepath.Dir(name)}
				e.files = matchEmbed(e.dir, patterns)
				list = append(list, e)
			}
		}
	}
	return list
}

// embedPatterns returns the patterns of a comment's go:embed lines.
func embedPatterns(doc *ast.CommentGroup) []string {
	if doc == nil {
		return nil
	}
	var patterns []string
	for _, c := range doc.List {
		rest, ok := strings.CutPrefix(c.Text, "//go:embed ")
		if !ok {
			continue
		}
		for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
			if quoted, err := strconv.QuotedPrefix(rest); err == nil {
				if p, err := strconv.Unquote(quoted); err == nil {
					patterns = append(patterns, p)
				}
				rest = rest[len(quoted):]
				continue
			}
			word, tail, _ := strings.Cut(rest, " ")
			patterns = append(patterns, word)
			rest = tail
		}
	}
	return patterns
}

// matchEmbed lists the files that patterns embed. Files that cannot be found,
// as in a build that hides them, are left out.
func matchEmbed(dir string, patterns []string) []string {
	root := os.DirFS(dir)
	files := map[string]bool{}
	for _, p := range patterns {
		p, all := strings.CutPrefix(p, "all:")
		matches, err := fs.Glob(root, path.Clean(p))
		if err != nil {
			continue
		}
		for _, m := range matches {
			_ = fs.WalkDir(root, m, func(name string, d fs.DirEntry, err error) error {
				if err != nil {
					return nil
				}
				hidden := name != m && !all && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_"))
				switch {
				case hidden && d.IsDir():
					return fs.SkipDir
				case !hidden && d.Type().IsRegular():
					files[name] = true
				}
				return nil
			})
		}
	}
	list := make([]string, 0, len(files))
	for name := range files {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// read returns an embedded file, or nil where there is nothing to look at.
// Drivers that know the package's files only refuse to read it, so it is read
// from where the source is.
func (e *embedded) read(name string) []byte {
	full := filepath.Join(e.dir, filepath.FromSlash(name))
	info, err := os.Stat(full)
	if err != nil || info.Size() > maxEmbedSize {
		return nil
	}
	data, err := os.ReadFile(full)
	if err != nil || bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0 {
		return nil // binary
	}
	return data
}

// secrets returns the credentials in the files, by their shape.
func (e *embedded) secrets() []EmbedSecret {
	var list []EmbedSecret
	for _, name := range e.files {
		if strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".md") {
			continue // documentation shows what keys look like
		}
		text := string(e.read(name))
		for _, k := range provider.Recognise(text, nil) {
			if k.Use != provider.Secret {
				continue
			}
			line := 1 + strings.Count(text[:strings.Index(text, k.Value)], "\n")
			list = append(list, EmbedSecret{File: name, Line: line, Kind: k.Vendor + " " + k.Name, Hint: k.Prefix})
		}
	}
	return list
}

// export makes the secrets known to packages that serve the variable's files.
func (e *embedded) export(pass *analysis.Pass) {
	if secrets := e.secrets(); len(secrets) > 0 && len(secrets) <= 50 {
		pass.ExportObjectFact(e.obj, &EmbedFact{Version: reachVersion, Secrets: secrets})
	}
}

// collectEmbeds adds the credentials in embedded files to the graph.
func (r *reach) collectEmbeds() {
	for _, e := range r.embeds {
		for _, s := range e.secrets() {
			at := r.pass.Pkg.Path() + "/" + s.File + ":" + itoa(s.Line)
			r.embedSecret(e, &ReachSecret{ID: "file " + at + " " + s.Kind, Kind: s.Kind, Name: s.File, Hint: s.Hint, At: at})
		}
		for _, s := range r.settingsIn(e) {
			r.embedSecret(e, s)
		}
	}
}

func (r *reach) embedSecret(e *embedded, s *ReachSecret) *ReachSecret {
	s.Module = r.module
	s.pos, s.end = e.pos, e.pos+token.Pos(len(e.obj.Name()))
	if old := r.secrets[s.ID]; old != nil {
		s = old
	}
	r.secrets[s.ID] = s
	if s.Use != "" {
		r.active[s.ID] = s.Use
	}
	r.node(r.key(e.obj)).add(ReachEdge{To: s.ID, At: r.at(e.pos), pos: e.pos})
	return s
}

// settingsIn finds settings in embedded JSON, YAML and env files whose names
// say that they are secret.
func (r *reach) settingsIn(e *embedded) []*ReachSecret {
	if !r.local {
		return nil
	}
	var list []*ReachSecret
	for _, name := range e.files {
		switch strings.ToLower(path.Ext(name)) {
		case ".json", ".yaml", ".yml", ".toml", ".env", ".ini", ".properties", ".conf", ".cfg":
		default:
			continue
		}
		for i, line := range strings.Split(string(e.read(name)), "\n") {
			key, value, ok := setting(line)
			if !ok || !provider.IsSecretName(key) || !provider.IsRandom(value) || provider.IsPublic(value) {
				continue
			}
			if _, ok := provider.SecretIn(value, nil); ok {
				continue // found already
			}
			at := r.pass.Pkg.Path() + "/" + name + ":" + itoa(i+1)
			list = append(list, &ReachSecret{ID: "file " + at + " " + key, Name: name, At: at, Use: "name " + key})
		}
	}
	return list
}

// settingsFor returns the settings in embedded files that a field of the
// package is decoded from, as far as its name tells.
func (r *reach) settingsFor(obj types.Object) []*ReachSecret {
	v, ok := obj.(*types.Var)
	if !ok || !r.local || !v.IsField() || v.Pkg() != r.pass.Pkg || !isText(v.Type()) {
		return nil
	}
	tag := r.tagOf(v)
	if tag == "" {
		return nil
	}
	var list []*ReachSecret
	for _, e := range r.embeds {
		for _, name := range e.files {
			for i, line := range strings.Split(string(e.read(name)), "\n") {
				for _, part := range strings.Split(line, ",") {
					key, value, ok := setting(part)
					if !ok || !strings.EqualFold(key, tag) || provider.IsBrowserName(key) || !isCredentialText(value) {
						continue
					}
					at := r.pass.Pkg.Path() + "/" + name + ":" + itoa(i+1)
					list = append(list, r.embedSecret(e, &ReachSecret{ID: "file " + at + " " + key, Name: name, At: at}))
				}
			}
		}
	}
	return list
}

// tagOf returns the name that a field of the package has in JSON or YAML.
func (r *reach) tagOf(v *types.Var) string {
	if r.tags == nil {
		r.tags = map[*types.Var]string{}
		for _, t := range r.pass.TypesInfo.Types {
			st, ok := t.Type.(*types.Struct)
			if !ok || !t.IsType() {
				continue
			}
			for i := range st.NumFields() {
				for _, format := range []string{"json", "yaml", "toml", "env"} {
					if name, _, _ := strings.Cut(reflect.StructTag(st.Tag(i)).Get(format), ","); name != "" && name != "-" {
						r.tags[st.Field(i)] = name
						break
					}
				}
				if r.tags[st.Field(i)] == "" {
					r.tags[st.Field(i)] = st.Field(i).Name()
				}
			}
		}
	}
	return r.tags[v]
}

// taggedFields returns the fields of the package's structs that embedded files
// may fill, in source order.
func (r *reach) taggedFields() []types.Object {
	if len(r.embeds) == 0 {
		return nil
	}
	r.tagOf(nil)
	var list []types.Object
	for v := range r.tags {
		if len(r.flow.assigns[v]) == 0 {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, func(a, b types.Object) int { return int(a.Pos()) - int(b.Pos()) })
	return list
}

// setting takes a line apart that sets one value.
func setting(line string) (key, value string, ok bool) {
	line = strings.Trim(strings.TrimSpace(line), "{}")
	i := strings.IndexAny(line, ":=")
	if i <= 0 || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//") {
		return "", "", false
	}
	trim := func(s string) string { return strings.Trim(strings.TrimSpace(s), `"',{};`) }
	return trim(line[:i]), trim(line[i+1:]), true
}

// embedText is the constant that a file makes which holds nothing but one value.
func (r *reach) embedText(e *embedded) *ReachSecret {
	if len(e.files) != 1 || !isText(e.obj.Type()) {
		return nil
	}
	value := strings.TrimSpace(string(e.read(e.files[0])))
	if provider.IsBrowserName(e.obj.Name()) || !isCredentialText(value) {
		return nil
	}
	at := r.pass.Pkg.Path() + "/" + e.files[0] + ":1"
	return r.embedSecret(e, &ReachSecret{ID: "file " + at, Name: e.files[0], At: at})
}

// isCredentialText reports whether a text in a file can be a credential that
// only its use identifies: one with a vendor's shape is found by that.
func isCredentialText(value string) bool {
	_, shaped := provider.SecretIn(value, nil)
	return !shaped && isCredentialValue(value, sink{kind: sinkHeader}, "") && !provider.IsPublic(value)
}

// embedCandidate adds an embedded file that is used as a credential.
func (r *reach) embedCandidate(e *embedded, s sink) {
	if !r.local {
		return
	}
	if sec := r.embedText(e); sec != nil && sec.Kind == "" {
		if _, ok := r.active[sec.ID]; !ok {
			r.active[sec.ID] = s.use
		}
	}
}

// servedSecrets finds credentials in what the package hands to browsers:
// embedded files and pages made from templates.
func servedSecrets(pass *analysis.Pass, files []*ast.File, embeds []*embedded) []ServedSecret {
	if !servesBrowsers(pass) {
		return nil
	}
	// What is served is followed as strings are; the graph is not wanted.
	r := newReach(pass, files, embeds)
	r.collect()
	var list []ServedSecret
	seen := map[EmbedSecret]bool{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, s := range r.servedBy(call) {
				if !seen[s.EmbedSecret] {
					seen[s.EmbedSecret] = true
					list = append(list, s)
				}
			}
			return true
		})
	}
	return list
}

// servedBy returns the credentials that a call hands to browsers.
func (r *reach) servedBy(call *ast.CallExpr) []ServedSecret {
	fn, ok := typeutil.Callee(r.pass.TypesInfo, call).(*types.Func)
	if !ok {
		return nil
	}
	lib := library.FuncOf(fn)
	if lib == nil || lib.ServesFiles == nil && lib.Page == nil {
		return nil
	}
	which := lib.ServesFiles
	if which == nil {
		which = lib.Page
	}
	arg := argAt(call, int(*which))
	if arg == nil {
		return nil
	}
	list := r.filesIn(arg)
	if lib.Page != nil {
		list = append(list, r.shownIn(arg)...)
	}
	for i := range list {
		if !list[i].Pos.IsValid() {
			list[i].Pos, list[i].End = arg.Pos(), arg.End()
		}
	}
	return list
}

// shownIn returns the constants with the shape of a credential that an
// expression shows, in the fields and elements of its literals too.
func (r *reach) shownIn(e ast.Expr) []ServedSecret {
	var list []ServedSecret
	work := []source{{expr: e}}
	done := map[spot]bool{}
	seen := map[types.Object]bool{}
	for len(work) > 0 {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		if done[s.spot()] {
			continue
		}
		done[s.spot()] = true
		if lit, ok := ast.Unparen(s.expr).(*ast.CompositeLit); ok {
			for _, x := range lit.Elts {
				if kv, ok := x.(*ast.KeyValueExpr); ok {
					x = kv.Value
				}
				work = append(work, source{expr: x})
			}
			continue
		}
		r.flow.step(s, func(l leaf) {
			switch {
			case l.constant:
				if k, ok := provider.SecretIn(r.text(l.expr), nil); ok {
					d := r.describe(l.source)
					s := ServedSecret{
						EmbedSecret: EmbedSecret{File: d.Name, Line: r.pass.Fset.Position(l.expr.Pos()).Line, Kind: k.Vendor + " " + k.Name, Hint: k.Prefix},
						Pos:         l.expr.Pos(), End: l.expr.End(), Var: e.Pos(), Page: true, At: d.At,
					}
					if obj := r.constOf(l.expr); obj != nil {
						s.Const = obj.Pos()
					}
					list = append(list, s)
				}
			case l.next != nil:
				work = append(work, *l.next)
			case l.obj != nil && !seen[l.obj]:
				seen[l.obj] = true
				work = append(work, r.flow.assigns[l.obj]...)
				for _, e := range r.flow.entries[l.obj] {
					work = append(work, e.source)
				}
			}
		})
	}
	return list
}

// servesBrowsers reports whether the package refers to a function that hands
// files or pages to browsers.
func servesBrowsers(pass *analysis.Pass) bool {
	if importOf(pass.Pkg, "embed") == nil && importOf(pass.Pkg, "net/http") == nil && importOf(pass.Pkg, "html/template") == nil {
		return false
	}
	for _, obj := range pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() != pass.Pkg {
			if lib := library.FuncOf(fn); lib != nil && (lib.ServesFiles != nil || lib.Page != nil) {
				return true
			}
		}
	}
	return false
}

// filesIn returns the credentials in the files of a file system.
func (r *reach) filesIn(e ast.Expr) []ServedSecret {
	type item struct {
		source
		folder string
	}
	var list []ServedSecret
	work := []item{{source{expr: e}, "."}}
	done := map[spot]bool{}
	seen := map[types.Object]bool{}
	for len(work) > 0 {
		it := work[len(work)-1]
		work = work[:len(work)-1]
		if done[it.spot()] {
			continue
		}
		done[it.spot()] = true
		if of, folder, ok := r.subFolder(it.expr); ok {
			work = append(work, item{source{expr: of}, path.Join(folder, it.folder)})
			continue
		}
		if arg := r.served(it.expr); arg != nil {
			work = append(work, item{source{expr: arg}, it.folder})
			continue
		}
		r.flow.step(it.source, func(l leaf) {
			switch {
			case l.next != nil:
				work = append(work, item{*l.next, it.folder})
			case l.obj != nil && !seen[l.obj]:
				seen[l.obj] = true
				list = append(list, r.filesOf(l.obj, it.folder)...)
				for _, s := range r.flow.assigns[l.obj] {
					work = append(work, item{s, it.folder})
				}
			}
		})
	}
	return list
}

// subFolder takes fs.Sub(of, folder) apart.
func (r *reach) subFolder(e ast.Expr) (of ast.Expr, folder string, ok bool) {
	call, fn := r.callOf(e)
	if fn == nil {
		return nil, "", false
	}
	lib := library.FuncOf(fn)
	if lib == nil || lib.SubFolder == nil {
		return nil, "", false
	}
	of = argAt(call, int(*lib.SubFolder))
	if dir := argAt(call, int(*lib.SubFolder)+1); of != nil && dir != nil {
		if folder, ok = r.flow.stringOf(dir); !ok {
			folder = "." // all of it, at most
		}
		return of, folder, true
	}
	return nil, "", false
}

// served takes http.FS(x) and the like apart.
func (r *reach) served(e ast.Expr) ast.Expr {
	call, fn := r.callOf(e)
	if fn == nil {
		return nil
	}
	if lib := library.FuncOf(fn); lib != nil && lib.ServesFiles != nil {
		return argAt(call, int(*lib.ServesFiles))
	}
	return nil
}

func (r *reach) callOf(e ast.Expr) (*ast.CallExpr, *types.Func) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil, nil
	}
	fn, _ := typeutil.Callee(r.pass.TypesInfo, call).(*types.Func)
	return call, fn
}

// filesOf returns the credentials in a variable's files, below a folder.
func (r *reach) filesOf(obj types.Object, folder string) []ServedSecret {
	v, ok := obj.(*types.Var)
	if !ok || v.Pkg() == nil {
		return nil
	}
	var fact EmbedFact
	if !r.pass.ImportObjectFact(v, &fact) || fact.Version != reachVersion {
		return nil
	}
	var list []ServedSecret
	for _, s := range fact.Secrets {
		if folder == "." || strings.HasPrefix(s.File, folder+"/") {
			list = append(list, ServedSecret{EmbedSecret: s, Var: v.Pos(), At: v.Pkg().Path() + "/" + s.File + ":" + itoa(s.Line)})
		}
	}
	return list
}

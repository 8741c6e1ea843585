package httpmodel

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/index"
	"github.com/apivet/apivet/internal/lazyssa"
)

// modelOf makes the model of one file of source text.
func modelOf(t *testing.T, src string) *Model {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{Importer: importer.Default()}
	pkg, err := conf.Check("p", fset, []*ast.File{f}, info)
	if err != nil {
		t.Fatal(err)
	}
	return &Model{
		pass: &analysis.Pass{Fset: fset, Files: []*ast.File{f}, Pkg: pkg, TypesInfo: info, TypesSizes: types.SizesFor("gc", "amd64")},
		facts: &httpfacts.Result{
			Index: index.New(pkg, info, func(types.Object) bool { return false }),
			SSA:   lazyssa.New(fset, []*ast.File{f}, pkg, info, nil),
		},
	}
}

func describe(o Origin) string {
	switch o.Kind {
	case OriginConst:
		if c := o.Value.(*ssa.Const); c.Value != nil {
			return c.Value.ExactString()
		}
		return "zero"
	case OriginCall, OriginFilled:
		name := "func value"
		if fn := CalleeObject(o.Call); fn != nil {
			name = fn.Name()
		}
		if o.Kind == OriginFilled {
			return "filled by " + name
		}
		return fmt.Sprintf("%s#%d", name, o.Index)
	case OriginParam:
		return "param " + o.Value.Name()
	case OriginField:
		return "field " + o.Field.Name()
	case OriginGlobal:
		return "global " + o.Value.Name()
	case OriginObject:
		return "object"
	case OriginFunc:
		return "func"
	case OriginElement:
		return "element"
	}
	return "unknown"
}

const flowSource = `package p

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
)

func probe(want string, v any) {}
func texts(want string, v any) {}

type client struct {
	token string
	http  *http.Client
	Label string
}

func newClient(token string) *client { return &client{token: token} }

func (c *client) reset() { c.token = "none" }

func (c *client) use() {
	probe("\"none\", Getenv#0", c.token)
	texts("\"Bearer \", \"none\", Getenv#0", "Bearer "+c.token)
	probe("field Label", c.Label)
}

func start() *client { return newClient(os.Getenv("TOKEN")) }

func id[T any](v T) T { return v }

func pair() (string, error) { return "left", nil }

func Exported(p string) {
	probe("param p", p)
	probe("\"x\"", id("x"))
	s, err := pair()
	_ = err
	probe("\"left\"", s)
	if len(os.Args) > 1 {
		s = "right"
	}
	probe("\"left\", \"right\"", s)
	texts("\"%s %s\", \"left\", \"right\", param p", fmt.Sprintf("%s %s", strings.TrimSpace(s), p))
}

type answer struct {
	Token string
	inner struct{ N int }
}

func decode(b []byte) string {
	var a answer
	if err := json.Unmarshal(b, &a); err != nil {
		return ""
	}
	probe("filled by Unmarshal", a.Token)
	return a.Token
}

func local() {
	var a answer
	a.Token = "here"
	probe("\"here\"", a.Token)
	b := a
	probe("\"here\"", b.Token)
	var n answer
	probe("\"\"", n.Token)
}

func fetch() (answer, error) {
	var a answer
	err := json.Unmarshal(nil, &a)
	return a, err
}

func viaResult() {
	a, _ := fetch()
	probe("filled by Unmarshal", a.Token)
}

func closures() {
	var token string
	set := func(s string) { token = s }
	set("set")
	func() { probe("\"set\"", token) }()
	escaping := func(s string) { probe("param s", s) }
	os.Expand("", func(string) string { escaping("in"); return "" })
	Handle(escaping)
}

func Handle(func(string)) {}

var global = os.Getenv("G")
var flagged string

func init() { flag.StringVar(&flagged, "f", "", "") }

func globals() {
	probe("Getenv#0", global)
	probe("filled by StringVar, global flagged", flagged)
	probe("global DefaultClient", http.DefaultClient)
}

func rec(s string, n int) string {
	if n == 0 {
		return s
	}
	return rec(s+"x", n-1)
}

func recursion() { probe("\"s\", unknown", rec("s", 3)) }
`

func TestOrigins(t *testing.T) {
	m := modelOf(t, flowSource)
	probes := 0
	for _, fn := range m.SSA().Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || CalleeObject(call) == nil {
					continue
				}
				find := m.Origins
				switch CalleeObject(call).Name() {
				case "texts":
					find = m.Sources
				case "probe":
				default:
					continue
				}
				probes++
				want := constant.StringVal(call.Call.Args[0].(*ssa.Const).Value)
				var got []string
				for _, o := range find(call.Call.Args[1]) {
					got = append(got, describe(o))
				}
				slices.Sort(got)
				got = slices.Compact(got)
				if s := strings.Join(got, ", "); s != want {
					t.Errorf("%s: origins %s, want %s", m.pass.Fset.Position(call.Pos()), s, want)
				}
			}
		}
	}
	if probes < 15 {
		t.Errorf("only %d probes seen", probes)
	}
}

const useSource = `package p

import (
	"encoding/json"
	"fmt"
	"log"
)

type dead struct {
	Token   string
	Expires int // never
}

func decodeDead(b []byte) string {
	var d dead
	_ = json.Unmarshal(b, &d)
	return d.Token
}

type wrapped struct{ Expires int } // never

func do(b []byte, out any) error {
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}

func decodeWrapped() {
	var w wrapped
	_ = do(nil, &w)
}

type printed struct{ Expires int } // unknown

func printIt(p printed) { fmt.Println(p) }

type Public struct{ Expires int } // never

func decodePublic() {
	var p Public
	_ = json.Unmarshal(nil, &p)
}

type Returned struct{ Expires int } // unknown

func Get() (r *Returned) { return r }

type base struct{ Expires int } // read
type outer struct{ base }

func read(o outer) int { return o.Expires }

type logged struct{ Expires int } // unknown

func logIt(l *logged) { log.Printf("%+v", l) }

type written struct{ Expires int } // never

func write(w *written) { w.Expires = 3 }
`

func TestFieldRead(t *testing.T) {
	m := modelOf(t, useSource)
	want := map[string]Answer{"never": No, "read": Yes, "unknown": Unknown}
	lines := strings.Split(useSource, "\n")
	seen := 0
	for _, name := range m.pass.Pkg.Scope().Names() {
		s, ok := m.pass.Pkg.Scope().Lookup(name).Type().Underlying().(*types.Struct)
		if !ok {
			continue
		}
		for f := range s.Fields() {
			line := lines[m.pass.Fset.Position(f.Pos()).Line-1]
			_, text, ok := strings.Cut(line, "// ")
			if !ok {
				continue
			}
			seen++
			if got := m.FieldRead(f); got != want[text] {
				t.Errorf("%s.%s: %v, want %s", name, f.Name(), got, text)
			}
		}
	}
	if seen < 7 {
		t.Errorf("only %d fields seen", seen)
	}
}

package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/apivet/apivet/internal/provider"
)

// A CodeFault is a decision on a vendor's error codes that does not do what the
// vendor asks for.
type CodeFault struct {
	Pos    token.Pos
	Vendor string
	// Code is treated wrongly: it asks for Asks. "" where a default is missing.
	Code string
	Asks provider.Remedy
	// As is what it is treated as, CodeSame where that is not known.
	As CodeTreatment
	// Like is a code that is treated alike and asks for LikeAsks, or "".
	Like     string
	LikeAsks provider.Remedy
	LikePos  token.Pos
	// Falls says what comes of the codes that are not listed.
	Falls CodeFall
	Zero  string // what is returned, for FallsZero and FallsFine
	Table bool   // the code is looked up in a table
}

// A CodeTreatment is what a program does about a code.
type CodeTreatment int

const (
	CodeUnknown CodeTreatment = iota
	CodeAgain                 // the request is sent again, or somebody is told to do so
	CodeUser                  // the user is asked to do something
	CodeFixed                 // it is called permanent, or a fault of the request
	CodeSame                  // one thing is said or returned for all
)

// A CodeFall is what comes of a code that no branch is for.
type CodeFall int

const (
	FallsNowhere CodeFall = iota
	FallsEmpty            // an empty text is returned
	FallsNil              // a nil error is returned
	FallsAgain            // the loop goes on
	FallsSilent           // nothing is done, and nobody is told
	FallsNilFunc          // a function that is not in the table is called
	FallsFine             // a constant that says success is returned
	FallsZero             // a zero is returned, for which no caller does anything
)

// CodeFaults returns the decisions on error codes of the vendor whose API the
// package calls that have no default, or that mix codes up which ask for
// different things.
func (m *Model) CodeFaults() []CodeFault {
	if m.Empty() {
		return nil
	}
	vendors := m.codeVendors()
	if len(vendors) == 0 {
		return nil
	}
	var list []CodeFault
	for _, file := range m.pass.Files {
		w := &codeWalk{m: m, vendors: vendors}
		w.file(file)
		list = append(list, w.found...)
	}
	return list
}

// codeVendors returns the vendors with known codes that the package talks to.
func (m *Model) codeVendors() []*provider.Profile {
	var list []*provider.Profile
	add := func(p *provider.Profile) {
		if p != nil && len(p.Codes) > 0 && !slices.ContainsFunc(list, func(q *provider.Profile) bool { return q.Name == p.Name }) {
			list = append(list, p)
		}
	}
	known := m.config.Providers
	add(known.Named(m.config.Provider))
	if v := m.facts.Vendors; v != nil {
		for _, name := range v.Vendors {
			add(known.Named(name))
		}
	}
	for _, s := range m.Sends() {
		add(s.profile())
	}
	return list
}

// A codeBranch is one way that a decision on a code takes.
type codeBranch struct {
	holds func(constant.Value) tri
	body  []ast.Stmt
	at    ast.Node   // what is looked at to take it
	exprs []ast.Expr // with the constants of the codes
}

// A codeDecision is a switch or a chain of ifs on a code.
type codeDecision struct {
	subject  *codeSubject
	vendor   *provider.Profile
	branches []codeBranch // in order, the default is not among them
	open     bool         // there is no default
	stmt     ast.Stmt     // the switch, or the first if
	last     ast.Stmt     // the last if, or the switch
}

type codeWalk struct {
	m       *Model
	vendors []*provider.Profile
	stack   []ast.Node
	found   []CodeFault
	seen    map[ast.Node]bool // ifs that belong to a chain
	known   types.Object      // the variable whose values stand for known codes, or nil
}

func (w *codeWalk) file(file *ast.File) {
	w.seen = map[ast.Node]bool{}
	ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
		w.stack = stack
		switch n := n.(type) {
		case *ast.SwitchStmt:
			w.decide(w.ofSwitch(n))
		case *ast.IfStmt:
			if !w.seen[n] {
				w.decide(w.ofChain(n))
			}
		case *ast.ReturnStmt:
			w.ofReturn(n)
		case *ast.CompositeLit:
			w.ofMap(n)
		}
		return true
	})
}

// ofSwitch returns the decision that a switch makes, or nil.
func (w *codeWalk) ofSwitch(s *ast.SwitchStmt) *codeDecision {
	d := &codeDecision{open: true, stmt: s, last: s}
	var conds []ast.Expr
	for _, clause := range s.Body.List {
		c := clause.(*ast.CaseClause)
		if c.List == nil {
			d.open = false
		}
		conds = append(conds, c.List...)
	}
	if s.Tag != nil {
		d.subject = w.m.subjectOf(s.Tag)
	} else {
		d.subject = w.m.subjectAmong(conds)
	}
	if d.subject == nil {
		return nil
	}
	body := []ast.Stmt(nil)
	for _, clause := range slices.Backward(s.Body.List) {
		c := clause.(*ast.CaseClause)
		if falls(c.Body) {
			body = slices.Concat(c.Body[:len(c.Body)-1], body)
		} else {
			body = c.Body
		}
		if c.List == nil {
			continue
		}
		d.branches = append(d.branches, codeBranch{body: body, at: c, exprs: c.List, holds: func(v constant.Value) tri {
			result := triNo
			for _, e := range c.List {
				holds := triUnknown
				if s.Tag == nil {
					holds = d.subject.cond(e, v)
				} else if k := w.m.constantOf(e); k != nil {
					holds = sameConstant(k, v)
				}
				result = result.or(holds)
			}
			return result
		}})
	}
	slices.Reverse(d.branches)
	return d
}

func falls(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	b, ok := body[len(body)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// ofChain returns the decision that an if makes together with its elses and
// with the ifs after it that look at the same.
func (w *codeWalk) ofChain(s *ast.IfStmt) *codeDecision {
	d := &codeDecision{subject: w.m.subjectAmong([]ast.Expr{s.Cond}), stmt: s, open: true}
	if d.subject == nil {
		return nil
	}
	add := func(last *ast.IfStmt) {
		for {
			w.seen[last] = true
			cond := last.Cond
			d.branches = append(d.branches, codeBranch{body: last.Body.List, at: cond, exprs: []ast.Expr{cond},
				holds: func(v constant.Value) tri { return d.subject.cond(cond, v) }})
			next, ok := last.Else.(*ast.IfStmt)
			if !ok {
				break
			}
			if other := w.m.subjectAmong([]ast.Expr{next.Cond}); other == nil || other.text != d.subject.text {
				d.open = false
				return
			}
			last = next
		}
		if last.Else != nil {
			d.open = false
		}
	}
	add(s)
	d.last = s
	for d.open {
		after, ok := stmtAfter(w.stack, d.last).(*ast.IfStmt)
		if !ok || after.Init != nil {
			break
		}
		if other := w.m.subjectAmong([]ast.Expr{after.Cond}); other == nil || other.text != d.subject.text {
			break
		}
		add(after)
		d.last = after
	}
	return d
}

// leaves reports whether statements end in a jump out of what they stand in.
func leaves(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	switch s := body[len(body)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.CONTINUE || s.Tok == token.BREAK || s.Tok == token.GOTO
	}
	return false
}

// stmtAfter returns the statement after one of the block that the stack ends
// in, or nil.
func stmtAfter(stack []ast.Node, s ast.Stmt) ast.Stmt {
	if len(stack) == 0 {
		return nil
	}
	list := stmtsOf(stack[len(stack)-1])
	if i := slices.Index(list, s); i >= 0 && i+1 < len(list) {
		return list[i+1]
	}
	return nil
}

// stmtsOf returns the statements of a block or clause.
func stmtsOf(n ast.Node) []ast.Stmt {
	switch b := n.(type) {
	case *ast.BlockStmt:
		return b.List
	case *ast.CaseClause:
		return b.Body
	case *ast.CommClause:
		return b.Body
	}
	return nil
}

// comesNext returns the statement that is come to after one that the stack leads
// to, out of the blocks around it; in is the loop whose next round it is.
// Neither is the function's end.
func comesNext(stack []ast.Node, s ast.Stmt) (next ast.Stmt, in ast.Stmt) {
	for i := len(stack) - 1; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			if next := stmtAfter(stack[:i+1], s); next != nil {
				return next, nil
			}
			if _, block := n.(*ast.BlockStmt); !block {
				i-- // the block that holds the clauses
			}
		case *ast.ForStmt, *ast.RangeStmt:
			return nil, n.(ast.Stmt)
		case ast.Stmt:
			s = n
		default:
			return nil, nil // the function
		}
	}
	return nil, nil
}

// decide looks at a decision for codes that are mixed up, then for a default.
func (w *codeWalk) decide(d *codeDecision) {
	if d == nil {
		return
	}
	if d.vendor = w.vendorOf(d); d.vendor == nil {
		return
	}
	if w.mixed(d) {
		return // one decision, one finding
	}
	if d.open {
		w.lacksDefault(d)
	}
}

// vendorOf returns the vendor whose codes a decision is about: of the only one
// that the package talks to one is enough, or a range of its numbers.
func (w *codeWalk) vendorOf(d *codeDecision) *provider.Profile {
	var exprs []ast.Expr
	for _, b := range d.branches {
		exprs = append(exprs, b.exprs...)
	}
	return w.vendorNamed(d.subject, exprs)
}

func (w *codeWalk) vendorNamed(s *codeSubject, exprs []ast.Expr) *provider.Profile {
	for _, p := range w.vendors {
		named, ranged := map[string]bool{}, false
		for _, e := range exprs {
			ast.Inspect(e, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				k := w.m.constantOf(e)
				if k == nil {
					return true
				}
				if text := codeText(k); p.Remedy(text) != "" {
					named[text] = true
				} else if s.number && inRange(p, k) {
					ranged = true
				}
				return false
			})
		}
		sole := len(w.vendors) == 1 && (w.m.facts.Vendors == nil || !w.m.facts.Vendors.Others)
		if len(named) >= 2 || sole && (len(named) == 1 || ranged || s.divided) && (len(named) == 1 || s.named()) {
			return p
		}
	}
	return nil
}

// inRange reports whether a number is of the size of a vendor's codes.
func inRange(p *provider.Profile, k constant.Value) bool {
	n, ok := constant.Int64Val(constant.ToInt(k))
	if !ok {
		return false
	}
	for _, c := range p.Codes {
		for _, code := range c.Codes {
			if m, err := strconv.ParseInt(code, 10, 64); err == nil && n >= m/2 && n <= 2*m {
				return true
			}
		}
	}
	return false
}

// codesOf returns the codes of a vendor that a subject can have, in order.
func codesOf(p *provider.Profile, s *codeSubject) []constant.Value {
	var list []constant.Value
	for _, c := range p.Codes {
		for _, code := range c.Codes {
			if !s.number {
				list = append(list, constant.MakeString(code))
			} else if n, err := strconv.ParseInt(code, 10, 64); err == nil {
				list = append(list, constant.MakeInt64(n))
			}
		}
	}
	return list
}

// codeText returns a constant as the vendor's profile writes it.
func codeText(k constant.Value) string {
	if k.Kind() == constant.String {
		return constant.StringVal(k)
	}
	return k.ExactString()
}

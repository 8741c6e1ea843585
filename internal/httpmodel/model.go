// Package httpmodel answers what checks ask about HTTP code: which requests a
// package sends and what becomes of each answer, how clients are built, where
// credentials come from and go to, what handlers do before they answer.
//
// Flow questions are answered Yes, No or Unknown; only a proven No is worth a
// report. Everything is found on first use and kept for the package's other
// checks.
package httpmodel

import (
	"fmt"
	"go/types"
	"reflect"
	"runtime/debug"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// Analyzer makes the package's [Model]. Its facts are those of tokens, clients, addresses and texts of files.
var Analyzer = &analysis.Analyzer{
	Name:       "apivetmodel",
	Doc:        "apivetmodel answers questions about HTTP code for apivet's checks",
	Requires:   []*analysis.Analyzer{httpfacts.Analyzer, config.Analyzer},
	ResultType: reflect.TypeFor[*Model](),
	FactTypes:  []analysis.Fact{new(TokenFact), new(TokenTypeFact), new(ClientFact), new(TransportFact), new(URLFact), new(HookFact), new(AbsentFact), new(LendFact), new(UnverifiedFact), new(RawTextFact), new(RepeatFact), new(CreateFact), new(PageFact)},
	Run:        run,
}

func run(pass *analysis.Pass) (_ any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("apivet: internal error in the model of package %s: %v\n%s", pass.Pkg.Path(), r, debug.Stack())
		}
	}()
	conf := pass.ResultOf[config.Analyzer].(*config.Config)
	facts := pass.ResultOf[httpfacts.Analyzer].(*httpfacts.Result)
	m, err := newModel(pass, facts.Plain(), conf)
	if err == nil && facts.Plain() != facts {
		m, err = newModel(httpfacts.Aside(pass), facts, conf)
	}
	if err == nil && facts.WithTests != nil {
		m.withTests, err = newModel(httpfacts.Aside(pass), facts.WithTests, conf)
	}
	return m, err
}

// newModel returns the model of a package, and exports its facts.
func newModel(pass *analysis.Pass, facts *httpfacts.Result, conf *config.Config) (*Model, error) {
	m := &Model{pass: pass, facts: facts, lib: facts.Library(), config: conf}
	if m.Empty() {
		if conf.Browser {
			m.importFacts() // what a page calls may send
		}
		m.exportSettings()
		m.exportRepeatFacts()
		return m, nil
	}
	m.importFacts()
	m.exportClientFacts()
	m.exportURLFacts()
	m.exportHookFacts()
	m.exportAbsentFacts()
	m.exportLendFacts()
	m.exportRepeatFacts()
	m.exportCreateFacts()
	m.exportPageFacts()
	m.exportUnverifiedFacts()
	m.exportRawTexts()
	return m, m.exportTokenFacts()
}

// A Model holds the answers for one package.
type Model struct {
	pass   *analysis.Pass
	facts  *httpfacts.Result
	lib    *library.Set
	config *config.Config
	// withTests is the model that takes in test files, or nil.
	withTests *Model

	settingsOnce  sync.Once
	settings      []Setting
	sendsOnce     sync.Once
	sends         []*Send
	sendOf        map[ssa.CallInstruction]*Send
	flowMemo      flowMemo
	clients       clientMemo
	foreignURLs   map[*types.Func]*URLFact
	decodesOnce   sync.Once
	decodes       []*Decode
	checkingOnce  sync.Once
	checking      bool
	swallowedOnce sync.Once
	swallowed     []Swallowed
	absent        absences
	plain         map[*types.Func]bool // other packages' functions that make clients without hooks
	handlerMemo
	retryMemo  retryMemo
	policyMemo policyMemo
	askersMemo askersMemo
	lend       lendMemo
	jwt        jwtMemo
	pollMemo   pollMemo

	firstOnly map[*types.Func]bool // other packages' functions with a PageFact

	memberMemo memberMemo
}

// Empty reports whether the package touches no HTTP code, so that no check
// has anything to do.
func (m *Model) Empty() bool { return !m.facts.Index.Modelled }

// WithTests returns the model from which findings in test files are made; ok is
// false where those are not wanted.
func (m *Model) WithTests() (model any, ok bool) { return m.withTests, m.withTests != nil }

// SSA returns the package's SSA form, built on first use.
func (m *Model) SSA() *lazyssa.Package { return m.facts.SSA() }

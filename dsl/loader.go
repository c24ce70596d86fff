package dsl

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"plimsoll/dsl/diag"
	"plimsoll/dsl/expr"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// loader is the state of one Load: what the files declare, what of it is resolved, and what was found wrong.
type loader struct {
	source   Source
	language *language.Language
	plan     *plan.Plan
	found    hcl.Diagnostics

	files  []*file
	parsed map[string]*hcl.File // by name, those that could not be parsed too
	broken map[string]bool      // the latter

	variables map[string]*variable
	values    map[string]*cell // of the variables
	starts    map[string][]int // of the lines of each file
	locals    map[string]*cell
	declared  map[string]map[string]*declaration // kind → name
	ordered   []*declaration                     // in source order
	tops      []*block                           // plan, and sla of the top level
	resolving []*cell                            // the cells being resolved, outermost first
	functions map[string]map[string]function.Function
	fallbacks map[string]cty.Value // defaults, by how they are written

	services  map[*block]*plan.Service
	data      map[*block]*plan.Data
	flows     map[*block]*plan.Flow
	scenarios map[*block]*plan.Scenario

	taken        []string                // names that variables of flows cannot have
	environments map[string]*environment // by the variables in them
	vocabularies map[*plan.Scenario]*expr.Vocabulary

	spent     int          // of maxValues
	sensitive plan.Secrets // of variables
	derived   plan.Secrets // made from them
	short     plan.Secrets // of sensitive variables, too short to be redacted in a run
}

func newLoader(src Source) *loader {
	if src.Getenv == nil {
		src.Getenv = func(string) (string, bool) { return "", false }
	}
	return &loader{
		source: src, language: language.New(), plan: &plan.Plan{},
		parsed: map[string]*hcl.File{}, broken: map[string]bool{}, variables: map[string]*variable{}, values: map[string]*cell{}, starts: map[string][]int{}, locals: map[string]*cell{},
		declared: map[string]map[string]*declaration{}, functions: map[string]map[string]function.Function{}, fallbacks: map[string]cty.Value{},
		services: map[*block]*plan.Service{}, data: map[*block]*plan.Data{},
		taken: taken(), environments: map[string]*environment{}, vocabularies: map[*plan.Scenario]*expr.Vocabulary{},
		flows: map[*block]*plan.Flow{}, scenarios: map[*block]*plan.Scenario{},
	}
}

// fail reports a mistake: what is wrong, and how to mend it.
func (l *loader) fail(at hcl.Range, summary, remedy string) {
	if l.broken[at.Filename] {
		return // what follows from a mistake of syntax would only hide it
	}
	l.found = append(l.found, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: remedy, Subject: &at})
}

// warn reports what is allowed and perhaps not meant.
func (l *loader) warn(at hcl.Range, summary, remedy string) {
	l.found = append(l.found, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: summary, Detail: remedy, Subject: &at})
}

// diagnostics are what was found, each once, by file and place. None can show a sensitive value.
func (l *loader) diagnostics() diag.List {
	hidden := l.plan.Secrets
	for _, s := range slices.Concat(l.short, l.derived) {
		if len(s) > 2 {
			hidden = hidden.With(s)
		}
	}
	seen := map[string]bool{}
	list := diag.List{Files: l.parsed, Redact: hidden.Redact}
	for _, d := range l.found {
		shown := &hcl.Diagnostic{
			Severity: d.Severity, Subject: d.Subject, Context: d.Context,
			Summary: hidden.Redact(d.Summary), Detail: hidden.Redact(d.Detail),
		}
		if key := shown.Error() + shown.Detail; !seen[key] {
			seen[key] = true
			list.Diagnostics = append(list.Diagnostics, shown)
		}
	}
	slices.SortStableFunc(list.Diagnostics, func(a, b *hcl.Diagnostic) int { return comparePlace(a.Subject, b.Subject) })
	return list
}

// comparePlace orders places by file and position; what has no place comes first.
func comparePlace(a, b *hcl.Range) int {
	if a == nil || b == nil {
		return cmp.Compare(boolToInt(a != nil), boolToInt(b != nil))
	}
	return cmp.Or(cmp.Compare(a.Filename, b.Filename), cmp.Compare(a.Start.Byte, b.Start.Byte))
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hide remembers what is sensitive in a value that the plan will hold, and returns the value without its marks.
func (l *loader) hide(v cty.Value) cty.Value {
	if !v.ContainsMarked() {
		return v
	}
	v, _ = v.UnmarkDeep()
	l.derived = append(l.derived, leaves(v)...)
	return v
}

// seal collects the secrets of the plan once everything is resolved: a value made from a sensitive one is its own
// secret only where hiding the original would not hide it.
func (l *loader) seal() {
	l.hideBeaten()
	known := l.sensitive
	for _, s := range l.derived {
		if len(s) >= shortestSecret && known.Redact(s) == s {
			known = known.With(s)
		}
	}
	l.plan.Secrets = known
}

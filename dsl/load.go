// Package dsl turns the files of a plan into a plan, or into diagnostics that say how to mend them.
//
// It reads nothing but the file system that it is given. What the language consists of stands in dsl/language; here the
// files are read (source), names are resolved (scope), and blocks become values of dsl/plan that are then checked.
package dsl

import (
	"io/fs"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
)

// Source is where a plan comes from.
type Source struct {
	FS        fs.FS             // the repository's root; nothing outside of it is read
	Paths     []string          // folders or files in FS, slash-separated
	Variables map[string]string // by name, those given on the command line
	VarFiles  []string          // HCL files of name = value in FS; Variables beat them, they beat the environment
	Getenv    func(string) (string, bool)
}

// Load reads, resolves and checks a plan. Every mistake is reported, not only the first; the plan is nil if any is an error.
func Load(src Source) (*plan.Plan, diag.List) {
	l := newLoader(src)
	l.read()
	l.resolve()
	l.decode()
	l.check()
	list := l.diagnostics()
	if list.HasErrors() {
		return nil, list
	}
	return l.plan, list
}

package dsl

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Bounds of what is parsed.
const (
	maxOpeners = 50_000 // brackets and operators of a source that cannot exhaust the stack however they nest
	maxDepth   = 1_000  // of the parsed tree
	maxLoops   = 2      // for expressions in each other: their work multiplies
)

// parse parses HCL that anybody may have written: what would exhaust the stack is refused.
func parse(source []byte, name string) (*hcl.File, hcl.Diagnostics) {
	if openers(source) > maxOpeners {
		if at, deep := tooDeep(source, name); deep {
			return &hcl.File{Bytes: source}, hcl.Diagnostics{deepDiagnostic(at)}
		}
	}
	file, found := hclsyntax.ParseConfig(source, name, hcl.InitialPos)
	if body, ok := file.Body.(*hclsyntax.Body); ok {
		measured := &measure{}
		_ = hclsyntax.Walk(body, measured) // what it finds is in measured
		if measured.found != nil {
			file.Body = nil
			found = append(found, measured.found)
		}
	}
	return file, found
}

// openers counts the bytes of a source for which the parser may recurse.
func openers(source []byte) int {
	count := 0
	for _, c := range source {
		switch c {
		case '(', '[', '{', '"', '!', '-', '+', '*', '/', '%', '?', '&', '|', '<', '>', '=':
			count++
		}
	}
	return count
}

func deepDiagnostic(at hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "nested too deeply", Detail: "Give parts of it names in `locals`.", Subject: &at}
}

// measure walks a tree and remembers the first place that is too deep.
type measure struct {
	depth, loops int
	found        *hcl.Diagnostic
}

// Enter implements hclsyntax.Walker.
func (m *measure) Enter(n hclsyntax.Node) hcl.Diagnostics {
	m.depth++
	if f, is := n.(*hclsyntax.ForExpr); is {
		if m.loops++; m.loops > maxLoops && m.found == nil {
			m.found = &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: fmt.Sprintf("more than %d for expressions in each other", maxLoops),
				Detail: "Give the inner ones names in `locals`.", Subject: &f.OpenRange,
			}
		}
	}
	if m.depth > maxDepth && m.found == nil {
		m.found = deepDiagnostic(n.Range())
	}
	return nil
}

// Exit implements hclsyntax.Walker.
func (m *measure) Exit(n hclsyntax.Node) hcl.Diagnostics {
	m.depth--
	if _, is := n.(*hclsyntax.ForExpr); is {
		m.loops--
	}
	return nil
}

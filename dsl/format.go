package dsl

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format lays a file of a plan out in the canonical way. It changes white space only. What cannot be parsed is not
// formatted: the diagnostics say why.
func Format(name string, src []byte) ([]byte, hcl.Diagnostics) {
	if at, deep := tooDeep(src, name); deep {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "nested too deeply", Detail: "Give parts of it names in `locals`.", Subject: &at}}
	}
	if _, found := hclsyntax.ParseConfig(src, name, hcl.InitialPos); found.HasErrors() {
		return nil, found
	}
	return hclwrite.Format(src), nil
}

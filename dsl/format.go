package dsl

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format lays a file of a plan out in the canonical way. It changes white space only. What cannot be parsed is not
// formatted: the diagnostics say why.
func Format(name string, src []byte) ([]byte, hcl.Diagnostics) {
	if _, found := parse(src, name); found.HasErrors() {
		return nil, found
	}
	return hclwrite.Format(src), nil
}

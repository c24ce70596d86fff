package dsl

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxNesting is how deep brackets, templates and operators may stand in each other where a source is large enough to
// exhaust the stack. HCL's parser and its evaluation recurse for each, and that cannot be recovered from.
const maxNesting = 200

// nesting follows how deep the parser would recurse.
type nesting struct {
	open  []bracket
	depth int // the open brackets, and the operators in them
}

// bracket is one that is open, and the operators of the expression that stands in it so far.
type bracket struct {
	lines     bool // a newline ends an expression in it
	operators int
}

// tooDeep finds the place where a source nests too deeply for the parser, before it is parsed.
func tooDeep(source []byte, name string) (hcl.Range, bool) {
	tokens, _ := hclsyntax.LexConfig(source, name, hcl.InitialPos)
	n := nesting{open: []bracket{{lines: true}}}
	for _, t := range tokens {
		n.follow(t.Type)
		if n.depth > maxNesting {
			return t.Range, true
		}
	}
	return hcl.Range{}, false
}

func (n *nesting) follow(t hclsyntax.TokenType) {
	switch t {
	case hclsyntax.TokenOBrace:
		n.push(true)
	case hclsyntax.TokenOParen, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
		n.push(false)
	case hclsyntax.TokenOBrack, hclsyntax.TokenTemplateControl: // these nest in what stands before them, too
		n.count(1)
		n.push(false)
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
		n.pop()
	case hclsyntax.TokenComma:
		n.reset()
	case hclsyntax.TokenNewline:
		if n.top().lines {
			n.reset()
		}
	case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent,
		hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq,
		hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq, hclsyntax.TokenQuestion:
		n.count(1)
	}
}

func (n *nesting) top() *bracket { return &n.open[len(n.open)-1] }

func (n *nesting) count(operators int) {
	n.top().operators += operators
	n.depth += operators
}

// reset is the end of an expression.
func (n *nesting) reset() { n.count(-n.top().operators) }

func (n *nesting) push(lines bool) {
	n.open = append(n.open, bracket{lines: lines})
	n.depth++
}

func (n *nesting) pop() {
	if len(n.open) == 1 {
		return
	}
	n.reset()
	n.open = n.open[:len(n.open)-1]
	n.depth--
}

package expr

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// parse turns a rewritten source into a tree, or reports why it cannot.
func (s *source) parse(config *conf.Config) (*parser.Tree, bool) {
	if len(s.problems) > 0 {
		return nil, false
	}
	tree, err := parser.ParseWithConfig(s.rewritten, config)
	if err != nil {
		s.refuse(err)
		return nil, false
	}
	s.unshared(tree.Node, map[ast.Node]bool{})
	return tree, len(s.problems) == 0
}

// refuse reports an error of expr-lang's at its place.
func (s *source) refuse(err error) {
	var at *file.Error
	if !errors.As(err, &at) {
		first, _, _ := strings.Cut(err.Error(), "\n")
		s.problem(0, len(s.original), first, "")
		return
	}
	start, end := s.span(at.From, at.To)
	summary, remedy := plain(at.Message)
	if strings.HasPrefix(summary, "unexpected ") {
		summary = "unexpected " + s.original[start:end]
	}
	s.problem(start, end, summary, remedy)
}

// unshared refuses a < b < c: the parser gives both comparisons the same node b, which would make every walk over nested
// ones exponential.
func (s *source) unshared(n ast.Node, seen map[ast.Node]bool) {
	if seen[n] {
		start, end := s.extent(n)
		s.problem(start, end, "comparisons cannot be chained", "write a < b and b < c")
		return
	}
	seen[n] = true
	for _, child := range children(n) {
		if len(s.problems) > 0 {
			return
		}
		s.unshared(*child, seen)
	}
}

// children points to the nodes below one.
func children(n ast.Node) []*ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []*ast.Node{&n.Node}
	case *ast.BinaryNode:
		return []*ast.Node{&n.Left, &n.Right}
	case *ast.ChainNode:
		return []*ast.Node{&n.Node}
	case *ast.MemberNode:
		return []*ast.Node{&n.Node, &n.Property}
	case *ast.SliceNode:
		return present(&n.Node, &n.From, &n.To)
	case *ast.CallNode:
		return append([]*ast.Node{&n.Callee}, each(n.Arguments)...)
	case *ast.BuiltinNode:
		return each(n.Arguments)
	case *ast.PredicateNode:
		return []*ast.Node{&n.Node}
	case *ast.VariableDeclaratorNode:
		return []*ast.Node{&n.Value, &n.Expr}
	case *ast.SequenceNode:
		return each(n.Nodes)
	case *ast.ConditionalNode:
		return []*ast.Node{&n.Cond, &n.Exp1, &n.Exp2}
	case *ast.ArrayNode:
		return each(n.Nodes)
	case *ast.MapNode:
		return each(n.Pairs)
	case *ast.PairNode:
		return []*ast.Node{&n.Key, &n.Value}
	}
	return nil
}

func each(nodes []ast.Node) []*ast.Node {
	all := make([]*ast.Node, len(nodes))
	for i := range nodes {
		all[i] = &nodes[i]
	}
	return all
}

func present(nodes ...*ast.Node) []*ast.Node {
	var all []*ast.Node
	for _, n := range nodes {
		if *n != nil {
			all = append(all, n)
		}
	}
	return all
}

// extent is where a node and all below it stand in the original, the bracket that closes it included.
func (s *source) extent(n ast.Node) (start, end int) {
	at := n.Location()
	start, end = s.span(at.From, at.To)
	for _, child := range children(n) {
		if (*child).Location().To == 0 {
			continue // nodes that the parser leaves without a place
		}
		first, last := s.extent(*child)
		start, end = min(start, first), max(end, last)
	}
	switch n.(type) {
	case *ast.MemberNode, *ast.CallNode, *ast.BuiltinNode, *ast.ArrayNode, *ast.SliceNode:
		opens, _ := s.span(at.From, at.To)
		return start, s.closed(opens, end)
	}
	return start, end
}

// closed moves an end past the bracket that closes what opens has begun: always for a call, for others where they open one.
func (s *source) closed(opens, end int) int {
	rest := strings.TrimLeft(s.original[end:], " \t\n,")
	if rest == "" {
		return end
	}
	call := rest[0] == ')' && wordRune(rune(s.original[opens]))
	if call && strings.Count(s.original[opens:end], "(") == strings.Count(s.original[opens:end], ")") {
		return end
	}
	if call || rest[0] == ']' && s.original[opens] == '[' {
		return len(s.original) - len(rest) + 1
	}
	return end
}

// written is the original text of a node.
func (s *source) written(n ast.Node) string {
	start, end := s.extent(n)
	return s.original[start:end]
}

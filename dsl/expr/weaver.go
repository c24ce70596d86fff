package expr

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// weaver replaces access to names and members in a checked tree by calls of our own, which know what is absent.
type weaver struct {
	*source
	names   Names
	program *Program
}

// weave rewrites a node and all below it.
func (w *weaver) weave(n *ast.Node) {
	switch v := (*n).(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode:
		*n = w.path(v, false)
		return
	case *ast.CallNode:
		*n = w.call(v)
		return
	case *ast.BinaryNode:
		if v.Operator == "??" {
			w.coalesce(v, false)
			return
		}
		if fast, ok := w.deadline(v); ok {
			*n = fast
			return
		}
		if list, ok := literals(v.Right); ok && v.Operator == "in" {
			v.Right = constant(list)
		}
	case *ast.PredicateNode:
		w.weave(&v.Node)
		v.Node = invoke(v, "tick", name("scope"), v.Node)
		return
	}
	for _, child := range children(*n) {
		w.weave(child)
	}
}

// path makes the access to a name or member; a probing one yields missing where it leads nowhere.
func (w *weaver) path(n ast.Node, probing bool) ast.Node {
	switch v := n.(type) {
	case *ast.IdentifierNode:
		return w.reference(n, []string{v.Value}, probing)
	case *ast.ChainNode: // ?. asks for the whole path
		inner := w.path(v.Node, true)
		if probing {
			return inner
		}
		return invoke(n, "known", inner)
	case *ast.MemberNode:
		if names, ok := path(v); ok && w.contained(names) {
			return w.reference(n, names, probing)
		}
		return w.member(v, probing)
	}
	w.weave(&n)
	return n
}

// contained reports whether the names are header.x or data.name.column.
func (w *weaver) contained(names []string) bool {
	return !slices.Contains(w.names.Variables, names[0]) &&
		(names[0] == "header" && len(names) == 2 || names[0] == "data" && len(names) == 3)
}

func (w *weaver) reference(n ast.Node, names []string, probing bool) ast.Node {
	r := &reference{written: w.written(n), probing: probing}
	if slot := slices.Index(w.names.Variables, names[0]); slot >= 0 {
		r.slot = slot
	} else if names[0] == "data" {
		r.origin, r.name, r.column = fromCell, names[1], names[2]
	} else {
		known, _ := find(names[0])
		r.origin, r.name = known.source, names[len(names)-1]
	}
	w.program.readsBody = w.program.readsBody || r.origin == fromBody || r.origin == fromJSON
	w.program.readsStatus = w.program.readsStatus || r.origin == fromStatus
	return invoke(n, "read", name("scope"), constant(r))
}

func (w *weaver) member(n *ast.MemberNode, probing bool) ast.Node {
	a := &access{written: w.written(n), probing: probing}
	base := w.path(n.Node, probing)
	switch p := n.Property.(type) {
	case *ast.StringNode:
		a.key = p.Value
	case *ast.IntegerNode:
		a.key = p.Value
	default:
		w.weave(&n.Property)
		return invoke(n, "at", base, n.Property, constant(a))
	}
	return invoke(n, "member", base, constant(a))
}

// coalesce lets the left side of ?? be absent; its right side only where that is asked for by another ??.
func (w *weaver) coalesce(n *ast.BinaryNode, lenient bool) {
	n.Left = w.lenient(n.Left)
	if lenient {
		n.Right = w.lenient(n.Right)
		return
	}
	w.weave(&n.Right)
}

// lenient makes a node yield nil where it is a path that leads nowhere.
func (w *weaver) lenient(n ast.Node) ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && b.Operator == "??" {
		w.coalesce(b, true)
		return n
	}
	if isPath(n) {
		return invoke(n, "known", w.path(n, true))
	}
	w.weave(&n)
	return n
}

// call passes the scope to those of our functions that need it.
func (w *weaver) call(n *ast.CallNode) ast.Node {
	called := n.Callee.(*ast.IdentifierNode).Value
	if called == "has" {
		return invoke(n, "there", w.path(n.Arguments[0], true))
	}
	for i := range n.Arguments {
		w.weave(&n.Arguments[i])
	}
	if called == "string" || called == "fromJSON" {
		return invoke(n, called, n.Arguments...)
	}
	return invoke(n, called, append([]ast.Node{name("scope")}, n.Arguments...)...)
}

// deadline recognises a comparison of elapsed with a number.
func (w *weaver) deadline(n *ast.BinaryNode) (ast.Node, bool) {
	mirrored := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}
	operator, side, value := n.Operator, n.Left, n.Right
	if _, ok := value.(*ast.IdentifierNode); ok {
		operator, side, value = mirrored[operator], value, side
	}
	seconds, ok := number64(value)
	id, isName := side.(*ast.IdentifierNode)
	if !ok || !isName || id.Value != "elapsed" || mirrored[operator] == "" || slices.Contains(w.names.Variables, "elapsed") {
		return nil, false
	}
	return invoke(n, "within", name("scope"), constant(&deadline{operator, seconds})), true
}

// literals returns the values of a list that is written out, so that status in [200, 201] makes none in a run.
func literals(n ast.Node) ([]any, bool) {
	list, ok := n.(*ast.ArrayNode)
	if !ok {
		return nil, false
	}
	values := make([]any, len(list.Nodes))
	for i, item := range list.Nodes {
		switch item := item.(type) {
		case *ast.IntegerNode:
			values[i] = item.Value
		case *ast.FloatNode:
			values[i] = item.Value
		case *ast.StringNode:
			values[i] = item.Value
		default:
			return nil, false
		}
	}
	return values, true
}

func number64(n ast.Node) (float64, bool) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return float64(n.Value), true
	case *ast.FloatNode:
		return n.Value, true
	}
	return 0, false
}

// invoke is a call in the place of a node.
func invoke(at ast.Node, function string, arguments ...ast.Node) ast.Node {
	callee := name(function)
	callee.SetLocation(at.Location())
	n := &ast.CallNode{Callee: callee, Arguments: arguments}
	n.SetLocation(at.Location())
	return n
}

func name(value string) ast.Node { return &ast.IdentifierNode{Value: value} }

func constant(value any) ast.Node { return &ast.ConstantNode{Value: value} }

// loneReference returns what a woven tree reads where it is nothing but a name.
func loneReference(n ast.Node) *reference {
	call, ok := n.(*ast.CallNode)
	if !ok || call.Callee.(*ast.IdentifierNode).Value != "read" {
		return nil
	}
	return call.Arguments[1].(*ast.ConstantNode).Value.(*reference)
}

package fact

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Lookup finds the fact of these names and its canonical path. Every name is checked against the vocabulary and against
// what the plan calls things; the error says which of them is unknown, and is nil if none is.
func (n Names) Lookup(names ...string) (path string, f Fact, unknown *UnknownError) {
	at, bound := tree(), binding{}
	for i, name := range names {
		next := at.child(name)
		if next == nil && at.wild != nil && slices.Contains(n.called(at.wildName, bound), name) {
			bound[at.wildName] = name
			next = at.wild
		}
		if next == nil {
			return "", Fact{}, n.unknown(at, bound, names, i)
		}
		at = next
	}
	if at.fact == nil {
		return "", Fact{}, n.unknown(at, bound, names, len(names))
	}
	if at.fact.kind != "" && n.Kind != "" && at.fact.kind != n.Kind {
		return "", Fact{}, &UnknownError{Names: names, At: 0, Kind: at.fact.kind, Has: n.Kind}
	}
	f = at.fact.Fact
	if at.fact.custom {
		f.Dimension = n.Measures[bound["<measure>"]]
	}
	return Path(names...), f, nil
}

// binding holds what the placeholders of a path stand for.
type binding map[string]string

// called lists what the plan calls the things that a placeholder stands for.
func (n Names) called(wild string, bound binding) []string {
	switch wild {
	case "<flow>":
		return slices.Sorted(maps.Keys(n.Steps))
	case "<step>":
		return n.Steps[bound["<flow>"]]
	case "<phase>":
		return n.Phases
	case "<group>":
		return n.Groups
	case "<measure>":
		return slices.Sorted(maps.Keys(n.Measures))
	}
	return classes
}

// node is a segment of the vocabulary as a tree, in which a whole distribution is met by one walk.
type node struct {
	names    []string // of children, in the table's order
	children map[string]*node
	wildName string // the placeholder that stands here, "" if none
	wild     *node
	fact     *row
}

func (n *node) child(name string) *node { return n.children[name] }

// grow returns the child of that name, which may be a placeholder, made if need be.
func (n *node) grow(name string) *node {
	if placeholder(name) {
		if n.wild == nil {
			n.wildName, n.wild = name, &node{children: map[string]*node{}}
		}
		return n.wild
	}
	if n.children[name] == nil {
		n.children[name] = &node{children: map[string]*node{}}
		n.names = append(n.names, name)
	}
	return n.children[name]
}

var tree = sync.OnceValue(func() *node {
	root := &node{children: map[string]*node{}}
	for _, r := range rows() {
		at := root
		for name := range strings.SplitSeq(r.Path, ".") {
			at = at.grow(name)
		}
		at.fact = &r
	}
	return root
})

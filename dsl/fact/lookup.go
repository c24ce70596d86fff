package fact

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Lookup finds the fact of these names and its canonical path. Every name is checked against the vocabulary and against
// what the plan calls things; the error says which of them is unknown, and is nil if none is.
func (n Names) Lookup(names ...string) (path string, f Fact, unknown *UnknownError) {
	at, bound, canonical := tree(), binding{}, []string(nil)
	for i := 0; i < len(names); {
		next, name, used := n.step(at, bound, names[i:])
		if next == nil {
			return "", Fact{}, n.unknown(at, bound, names, i)
		}
		at, i, canonical = next, i+used, append(canonical, name)
	}
	if at.fact == nil {
		return "", Fact{}, n.unknown(at, bound, names, len(names))
	}
	if at.fact.kind != "" && n.Kind != "" && at.fact.kind != n.Kind {
		return "", Fact{}, &UnknownError{Names: names, At: 0, Kind: at.fact.kind, Has: n.Kind}
	}
	f = at.fact.Fact
	switch at.fact.custom {
	case "<measure>":
		f.Dimension = n.Measures[bound["<measure>"]]
	case "<metric>":
		f.Dimension = n.Metrics[bound["<metric>"]]
	}
	return Path(canonical...), f, nil
}

// step goes from a node by the next name, or by two where they name a service and its key. The name returned is the
// canonical one: a service's title, also for self. Without a way to go the node is nil.
func (n Names) step(at *node, bound binding, names []string) (next *node, name string, used int) {
	if next = at.child(names[0]); next != nil {
		return next, names[0], 1
	}
	name, used = names[0], 1
	called := n.called(at.wildName, bound)
	switch {
	case at.wild == nil:
		return nil, "", 0
	case at.wildName == "<service>" && name == self && n.Self != "":
		name = n.Self
	case at.wildName == "<service>" && len(names) > 1 && slices.Contains(called, Title(name, names[1])):
		name, used = Title(name, names[1]), 2
	case !slices.Contains(called, name):
		return nil, "", 0
	}
	bound[at.wildName] = name
	return at.wild, name, used
}

// self stands for the service of the scenario.
const self = "self"

// Title is what people call one of the services of a for_each: web["eu"]; without a key, its name.
func Title(name, key string) string {
	if key == "" {
		return name
	}
	return name + "[" + strconv.Quote(key) + "]"
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
	case "<metric>":
		return slices.Sorted(maps.Keys(n.Metrics))
	case "<service>":
		return n.Services
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

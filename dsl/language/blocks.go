package language

import "slices"

// Root stands for a file of a plan: it says which blocks may stand at the top level.
var root = Block{
	Doc: "The top level of a plan's files.",
	Blocks: []string{
		"plan", "variable", "locals", "service", "data", "flow", "baseline", "stress", "spike", "endurance", "capacity", "sla",
		"fleet", "budget", "dashboard",
	},
	Later: []string{"accept", "regression"},
}

// Scenarios are the kinds of scenario blocks, in the order of plan.Kind.
func Scenarios() []string { return []string{"baseline", "stress", "spike", "endurance", "capacity"} }

// Language is the tables, ready to be asked.
type Language struct {
	Root   *Block
	Blocks []*Block // in the order of the reference
	byName map[string]*Block
}

// New puts the tables together.
func New() *Language {
	top := root
	l := &Language{Root: &top, byName: map[string]*Block{}}
	for _, b := range slices.Concat(settings(), services(), behind(), fleet(), desired(), watching(), flows(), steps(), messages(), control(), noting(), scenarios(), capacity(), judging()) {
		l.Blocks = append(l.Blocks, &b)
		l.byName[b.Name] = &b
	}
	return l
}

// Block finds a block by name; nil if there is none.
func (l *Language) Block(name string) *Block { return l.byName[name] }

// Around lists the blocks in which a block of that name may stand, besides the top level.
func (l *Language) Around(name string) []string {
	var all []string
	for _, b := range l.Blocks {
		if b.Holds(name) {
			all = append(all, b.Name)
		}
	}
	return all
}

package fact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// UnknownError says which name of a path means nothing, and what was perhaps meant.
type UnknownError struct {
	Names   []string
	At      int      // index of the first unknown name; len(Names) where the path stops short of a fact
	Valid   []string // what could stand there; empty behind a fact that has no parts
	Suggest []string // names of the path that was perhaps meant, or nil
	Note    string   // what else to know, "" for nothing
	Kind    string   // where the fact exists: the kind of scenario that has it
	Has     string   // … and the kind of scenario asked
}

// Error is one line: what is unknown.
func (u *UnknownError) Error() string {
	written := Written(u.Names...)
	switch {
	case u.Kind != "":
		return fmt.Sprintf("%s is a fact of %s, and this is %s", written, article(u.Kind), article(u.Has))
	case u.At == len(u.Names):
		return fmt.Sprintf("%s is no fact, but a group of facts", written)
	case len(u.Valid) == 0 && u.At > 0:
		return fmt.Sprintf("%s has no %s", Written(u.Names[:u.At]...), u.Names[u.At])
	}
	return "unknown fact " + Written(u.Names[:u.At+1]...)
}

// Remedy is one line: what to write in its place.
func (u *UnknownError) Remedy() string {
	if u.Note != "" {
		return u.advice() + "; " + u.Note
	}
	return u.advice()
}

func (u *UnknownError) advice() string {
	switch {
	case u.Kind != "":
		return fmt.Sprintf("move it into an sla of %s", article(u.Kind))
	case u.Suggest != nil:
		return fmt.Sprintf("did you mean %s?", Written(u.Suggest...))
	case u.At == 0:
		return "facts begin with " + list(u.Valid, len(u.Valid))
	case len(u.Valid) == 0:
		return fmt.Sprintf("the plan names nothing that could stand behind %s", Written(u.Names[:u.At]...))
	}
	return fmt.Sprintf("behind %s may stand %s", Written(u.Names[:u.At]...), list(u.Valid, 12))
}

func (n Names) unknown(at *node, bound binding, names []string, i int) *UnknownError {
	u := &UnknownError{Names: names, At: i, Valid: slices.Clone(at.names)}
	if at.wild != nil {
		u.Valid = append(u.Valid, n.called(at.wildName, bound)...)
	}
	if at.wildName == "<service>" && n.Self != "" {
		u.Valid = append([]string{self}, u.Valid...)
	}
	if i == len(names) {
		return u
	}
	if len(u.Valid) == 0 && at.fact != nil {
		u.Suggest = names[:i]
		return u
	}
	if at.wildName == "<phase>" && n.Kind == "capacity" && number(names[i]) {
		u.Note = "a level that is found by refining has no facts that could be named before the run"
		return u
	}
	if at.wildName == "<service>" && n.service(u, at) {
		return u
	}
	if best, ok := Closest(names[i], u.Valid); ok {
		u.Suggest = n.furthest(append(append(slices.Clone(names[:i]), best), names[i+1:]...), i+1)
	} else if i == 0 {
		u.Suggest = leaf(names[0])
	}
	return u
}

// service finds what was perhaps meant where a service's title must stand, and reports whether it did: a service was left
// out, its key was, or it has no ECS service.
func (n Names) service(u *UnknownError, at *node) bool {
	i, name := u.At, u.Names[u.At]
	keyed := slices.IndexFunc(n.Services, func(title string) bool { return strings.HasPrefix(title, name+"[") })
	switch {
	case at.wild.child(name) != nil && len(u.Valid) > 0:
		u.Suggest = slices.Concat(u.Names[:i], u.Valid[:1], u.Names[i:])
	case keyed >= 0:
		u.Suggest = n.furthest(slices.Concat(u.Names[:i], n.Services[keyed:keyed+1], u.Names[i+1:]), i+1)
	case name == self:
		u.Note = "self is the scenario's service, and that has no ecs block"
	}
	return u.Suggest != nil || u.Note != ""
}

// number reports whether a name is a whole number, as those of levels are.
func number(name string) bool {
	_, err := strconv.ParseUint(name, 10, 64)
	return err == nil
}

// furthest drops from a suggestion what lies behind the name that was mended, unless the whole is a fact then.
func (n Names) furthest(names []string, mended int) []string {
	if _, _, unknown := n.Lookup(names...); unknown == nil {
		return names
	}
	return names[:mended]
}

// leaf finds the first fact whose last name this is: latency.p95 for p95.
func leaf(name string) []string {
	for _, r := range rows() {
		if strings.HasSuffix(r.Path, "."+name) && !strings.Contains(r.Path, "<") {
			return Split(r.Path)
		}
	}
	return nil
}

func list(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

func article(kind string) string {
	if strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

package fleet

import (
	"cmp"
	"slices"
	"strings"
)

// Words are the differences between two documents in the words and units that Changes uses. They are given by their paths,
// in AWS's words and with what is set there; those that nobody has other words for stay as they are, behind the others.
func Words(kind Kind, before, after Document, paths []Field) []Field {
	d := after
	if d == nil {
		d = before
	}
	said, rest := say(kind, before, after, paths, func(saying) bool { return true })
	label := labelOf(kind, d)
	for i, f := range said {
		said[i].Name = strings.TrimSpace(label + " " + f.Name)
	}
	return append(said, rest...)
}

// Remade tells of a resource that is made again in one field: its name, and what it is set to.
func Remade(ref Ref, after Document, paths []Field) Field {
	said, _ := say(ref.Kind, nil, after, paths, func(s saying) bool { return !s.aside })
	words := make([]string, len(said))
	for i, f := range said {
		words[i] = f.Name + " " + f.After
	}
	text := lastPart(ref.ID)
	if len(words) > 0 {
		text += ": " + strings.Join(words, ", ")
	}
	what := cmp.Or(labelOf(ref.Kind, after), strings.ReplaceAll(string(ref.Kind), "_", " "))
	if ref.Kind == KindScalingPolicy {
		what = strings.TrimSpace(labelOf(ref.Kind, after) + " policy")
	}
	return Field{what, "", Line(text)}
}

// saying is how people speak of one setting.
type saying struct {
	path  string // in AWS's words; one * stands for any name
	words string // * is that name
	unit  string
	value func(Document) string // of the whole document, where the setting by itself says too little; else nil
	aside bool                  // it is not worth telling of what is made
}

// say puts those paths into words that there are words for, in the order of the table, and leaves the others.
func say(kind Kind, before, after Document, paths []Field, worth func(saying) bool) (said, rest []Field) {
	rest = paths
	for _, s := range sayings[kind] {
		var left []Field
		for _, f := range rest {
			worded, ok := s.say(f, before, after)
			switch {
			case !ok:
				left = append(left, f)
			case worth(s) && !slices.Contains(said, worded):
				said = append(said, worded)
			}
		}
		rest = left
	}
	return said, rest
}

// say is a difference in words; false where it is of another setting, or is none in these words.
func (s saying) say(f Field, before, after Document) (Field, bool) {
	name, ok := s.names(f.Name)
	if !ok {
		return f, false
	}
	worded := Field{strings.ReplaceAll(s.words, "*", Line(name)), s.text(f.Before, before), s.text(f.After, after)}
	return worded, worded.Before != worded.After
}

// names matches a path, and finds the name in it that the * stands for.
func (s saying) names(path string) (string, bool) {
	front, back, open := strings.Cut(s.path, "*")
	if !open {
		return "", path == s.path
	}
	rest, ok := strings.CutPrefix(path, front)
	name, ends := strings.CutSuffix(rest, back)
	return name, ok && ends
}

// text is a setting as people read it.
func (s saying) text(set string, of Document) string {
	switch {
	case s.value != nil && of != nil:
		return s.value(of)
	case s.value != nil || set == "":
		return ""
	case set == Registered:
		return "a new revision"
	}
	return set + s.unit
}

// labelOf stands in front of the settings of a resource, of which a service may have several.
func labelOf(kind Kind, d Document) string {
	switch kind {
	case KindScalingPolicy:
		return trackedBy(d).kind
	case KindScheduledAction:
		return strings.TrimSpace("schedule " + ownName(d, d.text("ScheduledActionName")))
	case KindAlarm:
		return strings.TrimSpace("alarm " + ownName(d, d.text("AlarmName")))
	case KindThrottle:
		return "throttle"
	case KindDashboard:
		return strings.TrimSpace("dashboard " + Line(d.text("DashboardName")))
	case KindBudget:
		return strings.TrimSpace("budget " + Line(d.text("Budget", "BudgetName")))
	}
	return ""
}

// ownName is a name without the service that it begins with where plans give it no other.
func ownName(d Document, name string) string {
	cluster, service := scaledService(d)
	if of := dimensionsOf(d.list("Dimensions")); service == "" {
		cluster, service = of["ClusterName"], of["ServiceName"]
	}
	return Line(strings.TrimPrefix(name, cluster+"-"+service+"-"))
}

// scaledService is the service that a policy or scheduled action scales.
func scaledService(d Document) (cluster, service string) {
	cluster, service, _ = strings.Cut(strings.TrimPrefix(d.text("ResourceId"), "service/"), "/")
	return cluster, service
}

// trackedBy is the metric that a policy follows.
func trackedBy(policy Document) metricOf {
	cluster, service := scaledService(policy)
	d := &desire{seen: &Service{Name: service, Cluster: Cluster{Name: cluster}}}
	return d.follows(policy)
}

package fleet

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// mirrorRules compare with the service that a service should be set up like.
func mirrorRules() []rule[*subject] {
	return []rule[*subject]{
		{"mirror_differs", should, "The service is not set up like the one that it mirrors.", needMirror, unlikeMirror},
	}
}

// mirrored is the service that the subject should be set up like, as it is; nil where there is none or it was not read.
func (s *subject) mirrored() *Service {
	if s.service.Mirror == nil {
		return nil
	}
	like := s.state.find(s.service.Mirror.Title())
	if like == nil || like.Missing != "" {
		return nil
	}
	return like
}

// mirrorParts are what a setup is made of.
var mirrorParts = []string{HiddenTaskDefinition, HiddenTarget, HiddenPolicies, HiddenAlarms, HiddenBalancers, HiddenCluster}

// needMirror asks for both services.
func needMirror(s *subject) string {
	if s.service.Mirror == nil || s.gone() {
		return ""
	}
	if why := needECS(mirrorParts...)(s); why != "" {
		return why
	}
	for _, part := range mirrorParts {
		if why := s.state.withheld(s.service.Mirror.Title(), part); why != "" {
			return s.service.Mirror.Title() + ": " + why
		}
	}
	if s.mirrored() == nil {
		return "the ECS service of " + s.service.Mirror.Title() + " was not read, or is not there"
	}
	return ""
}

func unlikeMirror(s *subject) []remark {
	like := s.mirrored()
	if like == nil || !s.there() {
		return nil
	}
	differences := s.now.unlike(like.setup())
	if len(differences) == 0 {
		return nil
	}
	var texts []string
	for _, d := range differences {
		texts = append(texts, fmt.Sprintf("%s %s, there %s", d.Name, cmp.Or(d.Before, "none"), cmp.Or(d.After, "none")))
	}
	return says(fmt.Sprintf("%s from %s: %s", plural(len(differences), "difference"), s.service.Mirror.Title(), strings.Join(texts, "; ")),
		"what a test shows of the one holds for the other only as far as they are alike: desire the same, or know why not")
}

// unlike lists where two setups differ: Before is this one's, After the other's.
func (s Setup) unlike(other Setup) []Field {
	var all []Field
	theirs := other.settings()
	for i, mine := range s.settings() {
		if mine.Before != theirs[i].Before {
			all = append(all, Field{Name: mine.Name, Before: mine.Before, After: theirs[i].Before})
		}
	}
	for _, t := range s.Tracks {
		all = append(all, t.unlike(other.track(t.Track))...)
	}
	for _, t := range other.Tracks {
		if s.track(t.Track) == nil {
			all = append(all, Field{Name: "tracking of " + t.Track, After: t.target()})
		}
	}
	return all
}

// settings are those of a setup that are single values, as people read them.
func (s Setup) settings() []Field {
	number := func(name string, v int) Field {
		if v == 0 {
			return Field{Name: name}
		}
		return Field{Name: name, Before: strconv.Itoa(v)}
	}
	onOff := map[bool]string{true: "on", false: "off"}
	return []Field{
		number("cpu", s.CPU), number("memory", s.Memory), number("nofile", s.Nofile),
		number("minimum tasks", s.Min), number("maximum tasks", s.Max), number("alarms", len(s.Alarms)),
		{Name: "capacity", Before: Line(s.Capacity)}, {Name: "network mode", Before: Line(s.NetworkMode)},
		{Name: "circuit breaker", Before: onOff[s.CircuitBreaker]}, {Name: "Container Insights", Before: onOff[s.Insights]},
		number("idle timeout, s", int(s.IdleTimeout)), number("deregistration delay, s", int(s.DeregistrationDelay)),
	}
}

// unlike lists where two policies differ; nil is none.
func (t Tracking) unlike(other *Tracking) []Field {
	if other == nil {
		return []Field{{Name: "tracking of " + t.Track, Before: t.target()}}
	}
	var all []Field
	for _, f := range []Field{
		{"target of " + t.Track, t.target(), other.target()},
		{"cooldown out of " + t.Track, lasting(t.Out), lasting(other.Out)},
		{"cooldown in of " + t.Track, lasting(t.In), lasting(other.In)},
		{"high resolution of " + t.Track, fmt.Sprint(t.HighResolution), fmt.Sprint(other.HighResolution)},
	} {
		if f.Before != f.After {
			all = append(all, f)
		}
	}
	return all
}

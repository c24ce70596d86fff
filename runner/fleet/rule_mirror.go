package fleet

import (
	"fmt"
	"strconv"
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

// strays are where the service is not set up like the one that it mirrors: Before is its own, After the other's. nil where
// that is not known, or there is none.
func (s *subject) strays() []Field {
	like := s.mirrored()
	if like == nil || !s.there() || needMirror(s) != "" {
		return nil
	}
	return s.now.unlike(like.setup())
}

func unlikeMirror(s *subject) []remark {
	differences := s.strays()
	if len(differences) == 0 {
		return nil
	}
	return says(plural(len(differences), "difference")+" from "+s.service.Mirror.Title(),
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
	number := func(name string, v int, unit string) Field {
		if v == 0 {
			return Field{Name: name}
		}
		return Field{Name: name, Before: strconv.Itoa(v) + unit}
	}
	span := func(name string, seconds float64) Field {
		if seconds == 0 {
			return Field{Name: name}
		}
		return Field{Name: name, Before: lasting(seconds)}
	}
	onOff := map[bool]string{true: "on", false: "off"}
	return []Field{
		number("cpu", s.CPU, ""), number("memory", s.Memory, " MiB"), number("nofile", s.Nofile, ""),
		number("minimum tasks", s.Min, ""), number("maximum tasks", s.Max, ""), number("alarms", len(s.Alarms), ""),
		{Name: "capacity", Before: Line(s.Capacity)}, {Name: "network mode", Before: Line(s.NetworkMode)},
		{Name: "circuit breaker", Before: onOff[s.CircuitBreaker]}, {Name: "Container Insights", Before: onOff[s.Insights]},
		span("idle timeout", s.IdleTimeout), span("deregistration delay", s.DeregistrationDelay),
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

package analysis

import (
	"fmt"
	"math"
	"time"

	"plimsoll/dsl/fact"
)

// Buffer is what is added to the tasks that a load needs: 20 %, so that the loss of one is no outage. It applies to the most
// that a task carries, never to a share of it that is already called safe.
const Buffer = 1.2

// How long scaling out takes on ECS, from the load to a task that serves, with metrics of 60 s and of 20 s
// (AWS, What's New, June 2026).
const (
	ScaleOut               = 386 * time.Second
	ScaleOutHighResolution = 109 * time.Second
)

// Tasks is how many whole tasks carry a load of which one carries at most perTask, with the buffer, and the arithmetic as
// text. false where none can.
func Tasks(load, perTask float64, unit string) (n int, arithmetic string, ok bool) {
	exact := fact.Tasks(load, perTask, Buffer)
	if math.IsInf(exact, 0) || math.IsNaN(exact) || exact > math.MaxInt32 {
		return 0, fmt.Sprintf("no number of tasks carries %s %s at %s each", number(load), unit, number(perTask)), false
	}
	return int(exact), fmt.Sprintf("⌈%s %s ÷ %s a task × %s⌉ = %s", number(load), unit, number(perTask), number(Buffer), number(exact)), true
}

// Surge is a load that grows from Base to Peak, evenly, within Rise; 0 is at once.
type Surge struct {
	Base, Peak float64
	Rise       time.Duration
}

// Arrivals is how much of the growth comes within a time that begins with it.
//
//	load
//	 Peak │      ┌──────        arrivals within w = (Peak − Base) × min(1, w ÷ Rise)
//	      │    ╱ ┆
//	 Base │───╱──┆──────
//	      └───┴──┴────── t
//	          0  w
func (s Surge) Arrivals(within time.Duration) float64 {
	grown := max(s.Peak-s.Base, 0)
	if within >= s.Rise {
		return grown
	}
	return grown * float64(max(within, 0)) / float64(s.Rise)
}

// Room is how much more load tasks carry until they are full, when a load keeps them at a share of what they carry, 0 to 1:
// what target tracking leaves free.
//
//	load ÷ share − load
func Room(load, share float64) float64 {
	if share <= 0 {
		return math.Inf(1)
	}
	return max(load/share-load, 0)
}

// ShareFor is the highest share at which a load may keep its tasks so that there is room for so much more: the inverse of Room.
func ShareFor(load, room float64) float64 {
	if room <= 0 {
		return 1
	}
	return load / (load + room)
}

// number is a load as people read it.
func number(v float64) string { return fact.Count.Format(v) }

package aws

import (
	"container/heap"
	"time"
)

// An agenda holds what is going to happen in the model, the next first. What is due at the same instant
// happens in the order in which it was asked for.
type agenda struct {
	events events
	asked  int
}

type event struct {
	at    time.Time
	order int
	do    func()
}

func (a *agenda) at(at time.Time, do func()) {
	a.asked++
	heap.Push(&a.events, event{at: at, order: a.asked, do: do})
}

// next tells when something is due next; false if nothing is.
func (a *agenda) next() (time.Time, bool) {
	if len(a.events) == 0 {
		return time.Time{}, false
	}
	return a.events[0].at, true
}

func (a *agenda) pop() event { return heap.Pop(&a.events).(event) }

type events []event

var _ heap.Interface = (*events)(nil)

func (e events) Len() int { return len(e) }

func (e events) Less(i, j int) bool {
	if e[i].at.Equal(e[j].at) {
		return e[i].order < e[j].order
	}
	return e[i].at.Before(e[j].at)
}

func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }

func (e *events) Pop() any {
	last := len(*e) - 1
	popped := (*e)[last]
	(*e)[last] = event{}
	*e = (*e)[:last]
	return popped
}

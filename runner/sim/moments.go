package sim

import "time"

// A moment is an instant and what happens then.
type moment[T any] struct {
	at   time.Duration
	what T
}

// moments is a binary heap with the earliest moment first.
type moments[T any] []moment[T]

func (h *moments[T]) push(at time.Duration, what T) {
	s := append(*h, moment[T]{})
	i := len(s) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if s[parent].at <= at {
			break
		}
		s[i], i = s[parent], parent
	}
	s[i] = moment[T]{at, what}
	*h = s
}

// pop removes and returns the earliest moment of a heap that is not empty.
func (h *moments[T]) pop() moment[T] {
	s := *h
	first, last := s[0], s[len(s)-1]
	s[len(s)-1] = moment[T]{}
	s = s[:len(s)-1]
	*h = s
	if len(s) == 0 {
		return first
	}
	i := 0
	for child := 1; child < len(s); child = 2*i + 1 {
		if right := child + 1; right < len(s) && s[right].at < s[child].at {
			child = right
		}
		if last.at <= s[child].at {
			break
		}
		s[i], i = s[child], child
	}
	s[i] = last
	return first
}

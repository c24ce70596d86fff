package change

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"plimsoll/runner/fleet"
)

// Words of UpdateService.
const (
	wordCluster        = "cluster"
	wordService        = "service"
	wordDesired        = "desiredCount"
	wordTaskDefinition = "taskDefinition"
)

// Words of RegisterScalableTarget.
const (
	wordMinimum   = "MinCapacity"
	wordMaximum   = "MaxCapacity"
	wordSuspended = "SuspendedState"
)

// number is a whole number in a document, or a text that is one, as the sizes of a task definition are; false where there is
// none.
func number(d fleet.Document, word string) (int64, bool) {
	whole, err := strconv.ParseInt(fmt.Sprint(d[word]), 10, 64)
	return whole, err == nil
}

func desired(d fleet.Document) int64 {
	n, _ := number(d, wordDesired)
	return n
}

// steady is a document without what moves by itself: of a service, the desired count. Its task definition is named in one way.
func (e *edit) steady(d fleet.Document) fleet.Document {
	if e.Ref.Kind != fleet.KindService || d == nil {
		return d
	}
	d = unversioned(d)
	delete(d, wordDesired)
	return d
}

// unversioned is a copy of a document whose task definition, if it has one, is named in one way.
func unversioned(d fleet.Document) fleet.Document {
	d = maps.Clone(d)
	if arn, ok := d[wordTaskDefinition].(string); ok {
		d[wordTaskDefinition] = revision(arn)
	}
	return d
}

// revision is family:revision, of an ARN or of itself.
func revision(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// recounts reports whether the change sets the desired count. Scaling moves it all the time; what does not set it on
// purpose leaves it alone.
func (e *edit) recounts() bool {
	_, said := number(e.After, wordDesired)
	return e.Ref.Kind == fleet.KindService && said && desired(e.Before) != desired(e.After)
}

// countReached reports whether the desired count is where the change wants it, or scaling has moved it further that way: it
// is never set back.
func (e *edit) countReached(now fleet.Document) bool {
	switch to := desired(e.After); {
	case !e.recounts():
		return true
	case to > desired(e.Before):
		return desired(now) >= to
	default:
		return desired(now) <= to
	}
}

// countToRestore reports whether the desired count is where this change has put it, and was not moved since.
func (e *edit) countToRestore(now fleet.Document) bool {
	return e.recounts() && desired(now) == desired(e.After)
}

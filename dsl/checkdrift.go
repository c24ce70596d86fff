package dsl

import (
	"fmt"
	"slices"
	"time"

	"plimsoll/dsl/expr"
	"plimsoll/dsl/plan"
)

const (
	memoryDrift     = "drift.memory_per_hour"
	memoryDriftTime = 34 * time.Minute // 30 blocks with a reading each, of which CloudWatch has one a minute, after the first tenth
)

// checkMemory reports assertions on the drift of memory that nobody reads, and foresees those that too few readings leave open.
func (l *loader) checkMemory(sla plan.SLA, a *expr.Assertion, scenarios []*plan.Scenario) {
	if !slices.Contains(a.Paths(), memoryDrift) {
		return
	}
	for _, s := range scenarios {
		at := l.find(sla.Assert, memoryDrift)
		switch {
		case s.Service != nil && s.Service.ECS == nil:
			l.fail(at, fmt.Sprintf("nobody reads the memory of %s, which has no ecs block", s.Service.Title()), "Give the service one: ecs { cluster = \"…\", service = \"…\" }.")
		case s.Duration > 0 && s.Duration < memoryDriftTime:
			l.warn(at, fmt.Sprintf("endurance.%s is shorter than %s", s.Title(), length(memoryDriftTime)), "CloudWatch has memory once a minute, and its drift stays inconclusive with fewer than 30 readings after the first tenth.")
		}
	}
}

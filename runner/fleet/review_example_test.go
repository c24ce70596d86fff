package fleet_test

import (
	"fmt"

	"plimsoll/runner/fleet"
	"plimsoll/runner/result"
)

// A service that was proven to carry 100 users a task, and must carry 1,100 with at most 10 tasks.
func ExampleReview() {
	r := faultless()
	r.ofUsers(1100, 1100)
	report := fleet.Review(r.plan, r.state, fleet.ReviewOptions{Changes: &fleet.ChangeSet{}, Results: []*result.Document{r.run}})
	for _, f := range report.All() {
		fmt.Printf("%s %s (%s)\n%s\n%s\n", f.Severity, f.ID, f.Comparison, f.Evidence, f.Recommendation)
	}
	fmt.Println("clean:", report.Clean())
	// Output:
	// must max_below_peak (requirement ↔ proven)
	// ECS allows 10 tasks; × 100 users a task (stress "limit" of run r1, 2 tasks) = 1,000, and the peak is 1,100
	// allow 14: ⌈1,100 users ÷ 100 a task × 1.2⌉ = 14
	// clean: false
}

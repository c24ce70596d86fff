package result_test

import (
	"fmt"
	"strings"

	"plimsoll/runner/result"
)

func ExampleDecode() {
	d, err := result.Decode(strings.NewReader(`{"schema": 1, "verdict": "fail", "scenarios": [{"name": "normal", "total": {"operations": 10, "error_rate": 0.2}}]}`))
	if err != nil {
		panic(err)
	}
	facts := result.Facts{Scenario: &d.Scenarios[0]}
	fmt.Println(d.Verdict, d.ExitCode(), facts.Value("error_rate").Low, facts.Value("latency.p95").Known())
	// Output: fail 1 0.2 false
}

func ExampleRecover() {
	journal := `{"header": {"schema": 1, "run": "r1"}}
{"begin": {"name": "normal"}}
{"state": {"phase": {"name": "steady"}, "total": {"operations": 412}}}
{"state": {"phase": {"name": "ste`
	d, err := result.Recover(strings.NewReader(journal))
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Verdict, d.Cut, d.Scenarios[0].Total.Operations)
	// Output: inconclusive killed 412
}

package language

import "slices"

// bounds are the ends of a drawn think time.
func bounds() []Attribute {
	return []Attribute{
		{Name: "mean", Type: Duration, Required: true, Doc: "Its mean.", Example: `mean = "5s"`},
		{Name: "min", Type: Duration, Default: `"0s"`, Doc: "The shortest.", Example: `min = "1s"`},
		{Name: "max", Type: Duration, Doc: "The longest; without it ten times the mean.", Example: `max = "20s"`},
	}
}

// control is the steps that decide which others run, and when.
func control() []Block {
	deviation := Attribute{Name: "deviation", Type: Duration, Required: true, Doc: "Its standard deviation.", Example: `deviation = "2s"`}
	return []Block{{
		Name: "think", Label: "name", Unlabelled: true,
		Doc:     "Waits, as a user does, in wall time. Exactly one of `fixed`, `between`, `normal` and `exponential`.",
		Example: "think { between = [\"1s\", \"3s\"] }",
		Attributes: []Attribute{
			{Name: "fixed", Type: Duration, Doc: "Always that long.", Example: `fixed = "2s"`},
			{Name: "between", Type: Durations, Doc: "Drawn evenly between the two.", Example: `between = ["1s", "3s"]`},
			{Name: "normal", Type: Object, Fields: slices.Concat(bounds(), []Attribute{deviation}), Doc: "Drawn from a normal distribution, within bounds.", Example: `normal = { mean = "5s", deviation = "2s", min = "1s", max = "15s" }`},
			{Name: "exponential", Type: Object, Fields: bounds(), Doc: "Drawn from an exponential distribution, within bounds.", Example: `exponential = { mean = "5s", max = "1m" }`},
			when,
		},
	}, {
		Name: "repeat", Label: "name", Unlabelled: true,
		Doc:     "Runs the steps inside again and again; whichever of `times`, `while` and `for` is set ends it first, and at least one is.",
		Example: "repeat {\n  times = 3\n  http \"item\" { get = \"/items/{{ iteration }}\" }\n}",
		Attributes: []Attribute{
			{Name: "times", Type: Count, Min: 1, Max: 1e9, Doc: "At most that many rounds.", Example: `times = 3`},
			{Name: "while", Type: Expression, Doc: "Goes on while this is true; asked before each round.", Example: `while = "more"`},
			{Name: "for", Type: Duration, Min: 0.001, Doc: "For at most that long, in wall time.", Example: `for = "1m"`},
			{Name: "each", Type: Reference, Values: []string{"data"}, Doc: "Draws a row of this data each round.", Example: `each = data.questions`},
			when,
		},
		Blocks: within(),
	}, {
		Name: "choose", Label: "name", Unlabelled: true,
		Doc:        "Runs one of its options, drawn by weight.",
		Example:    "choose {\n  option \"look\" {\n    weight = 3\n    http \"list\" { get = \"/items\" }\n  }\n  option \"buy\" {\n    http \"order\" { post = \"/orders\" }\n  }\n}",
		Attributes: []Attribute{when},
		Blocks:     []string{"option"},
	}, {
		Name: "option", Label: "name",
		Doc:     "One way that the choose around it may take.",
		Example: "option \"buy\" {\n  weight = 2\n  http \"order\" { post = \"/orders\" }\n}",
		Attributes: []Attribute{
			{Name: "weight", Type: Number, Default: "1", Doc: "Its share, in proportion to the other weights.", Example: `weight = 3`},
		},
		Blocks: within(),
	}}
}

// noting is the steps that keep, check or measure what others brought.
func noting() []Block {
	return []Block{{
		Name: "set", Label: "name", Unlabelled: true,
		Doc:     "Gives variables new values. Unlike `save`, it may name one that is there already.",
		Example: "set { values = { page = \"page + 1\" } }",
		Attributes: []Attribute{
			{Name: "values", Type: Named, Required: true, Doc: "Each name with the expression of its value.", Example: `values = { page = "page + 1" }`},
			sensitive, when,
		},
	}, {
		Name: "check", Label: "name", Unlabelled: true,
		Doc:     "Ends the session as failed unless every condition holds.",
		Example: "check { assert = \"len(items) > 0\" }",
		Attributes: []Attribute{
			{Name: "assert", Type: Expressions, Required: true, Doc: "What must hold.", Example: `assert = ["total > 0"]`},
			when, onError,
		},
	}, {
		Name: "measure", Label: "name",
		Doc:     "Records a value as a custom measure, read in assertions as `measure.name`.",
		Example: "measure \"items\" {\n  value = \"len(items)\"\n  unit  = \"count\"\n}",
		Attributes: []Attribute{
			{Name: "value", Type: Expression, Required: true, Doc: "The value: a number, or a duration for the unit time.", Example: `value = "total"`},
			{Name: "unit", Type: Choice, Values: []string{"count", "time", "ratio", "bytes"}, Default: `"count"`, Doc: "What it measures; times are seconds, ratios 0 to 1.", Example: `unit = "bytes"`},
			when,
		},
	}, {
		Name: "group", Label: "name",
		Doc:        "Measures the whole of the steps inside, read in assertions as `group.name`.",
		Example:    "group \"checkout\" {\n  http \"cart\" { get = \"/cart\" }\n  http \"pay\" { post = \"/pay\" }\n}",
		Attributes: []Attribute{when},
		Blocks:     within(),
	}}
}

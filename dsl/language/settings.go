package language

// settings are the blocks that say what holds for the whole plan.
func settings() []Block {
	return []Block{{
		Name: "plan", Single: true,
		Doc:     "What holds for the whole plan.",
		Example: "plan {\n  description = \"Can the chatbot carry the spring launch?\"\n  environment = \"staging\"\n}",
		Attributes: []Attribute{
			{Name: "description", Type: Constant, Doc: "What the plan is to find out.", Example: `description = "Can it carry the launch?"`},
			{Name: "notify", Type: Constant, Doc: "ARN of the SNS topic that alarms and budgets notify by default.", Example: `notify = "arn:aws:sns:us-east-1:123456789012:alerts"`},
			{Name: "environment", Type: Constant, Doc: `Where the services run; "production" asks for permission before there is any load.`, Example: `environment = "staging"`},
			{Name: "state", Type: Constant, Doc: "Where `adjust` keeps backups, journal, lock and the log of changes, for a team: a prefix of an S3 bucket, encrypted. " +
				"Without it, the folder `.plimsoll` at the repository's root.", Example: `state = "s3://example-state/plimsoll/beta"`},
			{Name: "seed", Type: Count, Doc: "Fixes every random draw; without it one is drawn at the start of a run, and recorded.", Example: `seed = 42`},
			{Name: "include", Type: Constants, Doc: "Folders or files to merge into this plan, relative to this file.", Example: `include = ["../common"]`},
		},
	}, {
		Name: "variable", Label: "name",
		Doc: "A value that is given from outside, by `--var name=value`, a file of `--var-file`, or `PLIMSOLL_VAR_name` in the environment, " +
			"in this order, or else its default. It is read as `var.name`.",
		Example: "variable \"token\" {\n  default   = env(\"CHAT_TOKEN\")\n  sensitive = true\n}",
		Attributes: []Attribute{
			{Name: "type", Type: Any, Default: "any", Doc: "`string`, `number`, `bool`, `list(…)`, `set(…)`, `map(…)`, `tuple([…])`, `object({…})` or `any`.", Example: `type = number`},
			{Name: "default", Type: Any, Doc: "Its value where none is given; without it a value must be given.", Example: `default = "https://staging.example.com"`},
			{Name: "description", Type: Constant, Doc: "What it is for.", Example: `description = "where the service answers"`},
			{Name: "sensitive", Type: Bool, Default: "false", Doc: "Whether it is hidden in every output, with all that is made from it. Such a value has at least 6 characters.", Example: `sensitive = true`},
		},
		Blocks: []string{"validation"},
	}, {
		Name:    "validation",
		Doc:     "A condition that the value of the variable around it must meet.",
		Example: "validation {\n  condition     = var.users > 0\n  error_message = \"At least one user.\"\n}",
		Attributes: []Attribute{
			{Name: "condition", Type: Bool, Required: true, Doc: "Must be true; it may read variables and call functions.", Example: `condition = var.users > 0`},
			{Name: "error_message", Type: Constant, Required: true, Doc: "What is shown where it is false.", Example: `error_message = "At least one user."`},
		},
	}, {
		Name: "locals", Free: true,
		Doc:     "Names for values that are needed more than once, in any order; read as `local.name`.",
		Example: "locals {\n  host = \"https://${var.stage}.example.com\"\n}",
	}, {
		Name: "data", Label: "name",
		Doc: "A table of rows. A session draws one at its start, and reads it as `{{ data.name.column }}`. " +
			"Exactly one of `csv`, `json` and `rows` says where they come from.",
		Example: "data \"questions\" {\n  csv   = \"questions.csv\"\n  order = \"shared\"\n}",
		Attributes: []Attribute{
			{Name: "csv", Type: File, Doc: "A CSV file whose first line names the columns.", Example: `csv = "questions.csv"`},
			{Name: "json", Type: File, Doc: "A JSON file that holds a list of objects.", Example: `json = "questions.json"`},
			{Name: "rows", Type: Rows, Doc: "The rows themselves: a list of objects with the same names.", Example: `rows = [{ text = "Hello" }, { text = "Bye" }]`},
			{Name: "order", Type: Choice, Values: []string{"shared", "unique", "random"}, Default: `"shared"`, Doc: "`shared`: in turn over all sessions. `unique`: each row once; when they run out, the scenario ends as inconclusive. `random`: drawn by the seed.", Example: `order = "unique"`},
		},
	}}
}

package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"plimsoll/runner/machine"
)

// defineTask prints a task definition. What is left to do with it goes to the standard error.
func (c *Command) defineTask(e *examination) error {
	w := e.wanted
	w.Connections, w.Protocol = e.connections, machine.Protocol(e.protocol)
	if w.Region == "" {
		w.Region = c.env("AWS_REGION")
	}
	if w.Region == "" {
		w.Region = c.env("AWS_DEFAULT_REGION")
	}
	if len(w.Command) == 0 {
		w.Command = []string{"run", "plans/capacity"}
	}
	definition, err := machine.Define(w)
	if err != nil {
		return wrong("define the task: %w", err)
	}
	text, err := json.MarshalIndent(definition, "", "  ")
	if err != nil {
		return stuck(fmt.Errorf("write the task definition: %w", err))
	}
	if _, err := fmt.Fprintf(c.Stdout, "%s\n", text); err != nil {
		return stuck(err)
	}
	c.nextSteps(string(text))
	return nil
}

// nextSteps says what the definition still needs.
func (c *Command) nextSteps(definition string) {
	if n := strings.Count(definition, machine.Placeholder); n > 0 {
		fmt.Fprintf(c.Stderr, "Replace what begins with %s (%s), or give --image, --region and --execution-role.\n", machine.Placeholder, plural(n, "place"))
	}
	fmt.Fprint(c.Stderr, "Once: aws logs create-log-group --log-group-name /ecs/plimsoll\n"+
		"Then: aws ecs register-task-definition --cli-input-json file://THIS_FILE\n")
}

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"plimsoll/runner/machine"
)

// examination is one call of doctor.
type examination struct {
	connections int64
	protocol    protocol
	define      bool
	wanted      machine.Wanted
	output      format
}

func (c *Command) doctorVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Show what this machine may carry, and what to change",
		Long: "Show what this machine, or the ECS task around it, may carry: how many connections and requests, what limits\n" +
			"them first, and what to change. With --connections, whether so many fit.\n\n" +
			"With --task-definition, print a task definition for running plimsoll on Fargate instead, for\n" +
			"aws ecs register-task-definition --cli-input-json; arguments are the command of its container.\n\n" +
			"Exit codes: 0 shown, or the connections fit; 1 they do not fit; 2 the call is wrong; 3 it could not be shown;\n" +
			"4 whether they fit is not known here.",
	}
	e := &examination{protocol: protocol(machine.TLS)}
	output := outputFlag(cmd)
	flags := cmd.Flags()
	flags.Int64Var(&e.connections, "connections", 0, "how many connections are to be held at once")
	flags.Var(&e.protocol, "protocol", "what these connections speak")
	flags.BoolVar(&e.define, "task-definition", false, "print a task definition for Fargate")
	flags.IntVar(&e.wanted.CPU, "cpu", 0, "CPU units of the task (default: 1024, or what the memory needs)")
	flags.IntVar(&e.wanted.Memory, "memory", 0, "MiB of memory of the task (default: what the connections need)")
	flags.StringVar(&e.wanted.Image, "image", "", "image of the container")
	flags.StringVar(&e.wanted.Region, "region", "", "region of the log (default: AWS_REGION or AWS_DEFAULT_REGION)")
	flags.StringVar(&e.wanted.ExecutionRole, "execution-role", "", "ARN of the role that pulls the image and writes the log")
	flags.StringVar(&e.wanted.TaskRole, "task-role", "", "ARN of the role that plimsoll has in the task, to look at a fleet")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		e.output, e.wanted.Command = *output, args
		if err := e.check(cmd.Flags().Changed); err != nil {
			return err
		}
		if e.define {
			return c.defineTask(e)
		}
		return c.gracefully(func(ctx context.Context) error {
			return c.examine(machine.Inspect(ctx, machine.Local(c.Getenv)), e)
		})
	}
	return cmd
}

// mostConnections is more than any machine holds.
const mostConnections = 1_000_000_000

// check refuses what contradicts itself.
func (e *examination) check(given func(string) bool) error {
	if given("connections") && (e.connections < 1 || e.connections > mostConnections) {
		return wrong("--connections needs a number from 1 to %s", machine.Thousands(mostConnections))
	}
	if e.wanted.CPU < 0 || e.wanted.Memory < 0 {
		return wrong("--cpu and --memory need numbers above 0")
	}
	if e.define {
		return nil
	}
	for _, name := range []string{"cpu", "memory", "image", "region", "execution-role", "task-role"} {
		if given(name) {
			return wrong("--%s is about a task definition; add --task-definition", name)
		}
	}
	if len(e.wanted.Command) > 0 {
		return wrong("doctor takes no arguments, unless --task-definition is given: they are the command of its container")
	}
	return nil
}

// answer is what a program is told.
type answer struct {
	machine.Report
	Limits []machine.Limit  `json:"limits"`
	Rates  machine.Rates    `json:"rates"`
	Advice []machine.Advice `json:"advice"`
	Asked  *asked           `json:"asked,omitempty"`
}

// asked is the answer to --connections. Fits is absent where it is not known.
type asked struct {
	Connections int64            `json:"connections"`
	Protocol    machine.Protocol `json:"protocol"`
	Fits        *bool            `json:"fits,omitempty"`
}

// examine shows a report and answers what was asked.
func (c *Command) examine(r machine.Report, e *examination) error {
	p := machine.Protocol(e.protocol)
	a := answer{Report: r, Limits: r.Limits(), Rates: r.Rates(), Advice: r.Advice(e.connections, p)}
	code := exitGood
	if e.connections > 0 {
		a.Asked = &asked{Connections: e.connections, Protocol: p}
		fits, known := r.Fits(e.connections, p)
		switch {
		case !known:
			code = exitInconclusive
		case !fits:
			code = exitBad
		}
		if known {
			a.Asked.Fits = &fits
		}
	}
	if e.output == asJSON {
		if err := writeJSON(c.Stdout, a); err != nil {
			return stuck(err)
		}
		return ended(code)
	}
	if _, err := fmt.Fprint(c.Stdout, chart{c.ink(c.Stdout), a}.text()); err != nil {
		return stuck(err)
	}
	return ended(code)
}

// protocol is a machine.Protocol as the value of a flag.
type protocol machine.Protocol

// String, Set and Type make a protocol a pflag.Value.
func (p *protocol) String() string { return string(*p) }

// Set refuses what is no protocol.
func (p *protocol) Set(s string) error {
	for _, known := range machine.Protocols() {
		if s == string(known) {
			*p = protocol(known)
			return nil
		}
	}
	return fmt.Errorf("want plain, tls or http2")
}

// Type is what the help calls the value.
func (p *protocol) Type() string { return "plain|tls|http2" }

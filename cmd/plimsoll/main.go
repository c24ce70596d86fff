// Command plimsoll finds how deep a service may be loaded, and checks it.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"plimsoll/cmd/cli"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a reader that went away must not cost a run its result
	command := cli.Command{
		Stdin:   os.Stdin,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
		Getenv:  os.LookupEnv,
		Signals: func(c chan<- os.Signal) { signal.Notify(c, os.Interrupt, syscall.SIGTERM) },
	}
	os.Exit(command.Run(os.Args[1:]))
}

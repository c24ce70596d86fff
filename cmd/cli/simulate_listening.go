package cli

import (
	"fmt"
	"strconv"
	"time"

	"plimsoll/dsl/diag"
)

// listening is what a simulation tells of itself once everything listens: the line of JSON that simulate writes.
type listening struct {
	Services []address   `json:"services"`
	AWS      *awsAddress `json:"aws,omitempty"`
}

// address tells where a simulated service listens.
type address struct {
	Service string `json:"service"`
	URL     string `json:"url"`
	CA      string `json:"ca,omitempty"` // PEM to trust
}

// awsAddress tells where the simulated AWS answers, and what time it has.
type awsAddress struct {
	URL    string    `json:"url"`
	Region string    `json:"region"` // of what names none
	Epoch  time.Time `json:"epoch"`  // its time at Wall
	Wall   time.Time `json:"wall"`
	Speed  float64   `json:"speed"`          // its time over wall time
	Kept   bool      `json:"kept,omitempty"` // its account is as an earlier simulation left it
}

// clock is the time of the simulated AWS.
func (a *awsAddress) clock() func() time.Time {
	began := time.Now() // from here on steps of the wall clock do not matter
	epoch := a.Epoch.Add(a.scaled(began.Sub(a.Wall)))
	return func() time.Time { return epoch.Add(a.scaled(time.Since(began))) }
}

func (a *awsAddress) scaled(wall time.Duration) time.Duration {
	return time.Duration(float64(wall) * a.Speed)
}

// announce writes where everything listens.
func (c *Command) announce(l listening, output format) error {
	if output == asJSON {
		return writeJSON(c.Stdout, l)
	}
	for _, a := range l.Services {
		if _, err := fmt.Fprintf(c.Stdout, "%s listens on %s\n", diag.Line(a.Service), a.URL); err != nil {
			return err
		}
	}
	if a := l.AWS; a != nil {
		speed := strconv.FormatFloat(a.Speed, 'g', -1, 64)
		if _, err := fmt.Fprintf(c.Stdout, "AWS answers on %s (%s, %s×)\n", a.URL, a.Region, speed); err != nil {
			return err
		}
		fmt.Fprintf(c.Stderr, "Try: AWS_ENDPOINT_URL=%s AWS_REGION=%s AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any aws ecs list-clusters\n",
			a.URL, a.Region)
	}
	_, err := fmt.Fprintln(c.Stderr, "Ctrl-C ends the simulation.")
	return err
}

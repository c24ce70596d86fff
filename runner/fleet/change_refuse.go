package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// absent refuses all of a service that is not there.
func (d *desire) absent() {
	if d.unseen(HiddenService) {
		return
	}
	why := "it was not looked at"
	if d.seen != nil {
		why = d.seen.Missing
	}
	d.refuse("the service", Line(why), "mend cluster and service in its ecs block, or create it: Plimsoll creates no services")
}

// admit turns the changes of a service that may not be written now into one refusal.
func (d *desire) admit() {
	if d.options.Shown || len(d.changes) == 0 {
		return
	}
	why, remedy := d.closed()
	if why == "" {
		return
	}
	var names []string
	for _, c := range d.changes {
		names = append(names, fieldNames(c.Fields)...)
	}
	d.changes = nil
	d.refuse(Line(strings.Join(names, ", ")), why, remedy)
}

// closed says why nothing of a service may be written now; "" if it may.
func (d *desire) closed() (why, remedy string) {
	const emit = "print the change for its owner with --emit terraform, cloudformation or cli"
	owner := cmp.Or(d.want.ECS.Owner, d.seen.Owner)
	switch c := d.seen.Controller; {
	case owner != "" && !d.options.OutOfBand:
		return Line(owner) + " owns the service, and would undo it", emit + ", or write it all the same with --out-of-band"
	case c == "CODE_DEPLOY" || c == "EXTERNAL":
		return "its deployments are " + c + "'s, which ECS does not let others change", emit
	case d.seen.Status != "" && d.seen.Status != "ACTIVE":
		return "the service is " + Line(d.seen.Status), "wait until it is gone, or name another one in its ecs block"
	case d.seen.Deploying():
		return "a deployment is in progress", "wait for it with --wait, or run adjust again once it is over"
	}
	return "", ""
}

// Deploying reports whether a deployment is under way: in progress, or not yet alone.
func (s *Service) Deploying() bool {
	return len(s.Deployments) > 1 || slices.ContainsFunc(s.Deployments, func(d Deployment) bool { return d.State == "IN_PROGRESS" })
}

func (d *desire) refuse(what, why, remedy string) {
	d.refused = append(d.refused, Refusal{d.want.Title(), what, why, remedy})
}

// foreign refuses to overwrite what was found under our name and bears no mark of ours.
func (d *desire) foreign(what, name string) {
	d.refuse(what, fmt.Sprintf("%s is there already, and is not Plimsoll's", Line(name)), adopting("ecs"))
}

func adopting(block string) string {
	return "choose another name, or set " + block + " { adopt = true } to take it over"
}

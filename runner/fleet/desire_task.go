package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plimsoll/dsl/plan"
)

// taskDefinition sets the size of a task and its open files. Everything else of the revision stays as it is.
func (d *desire) taskDefinition() {
	want, seen := d.desired, &d.seen.TaskDefinition
	if want.CPU == 0 && want.Memory == 0 && want.Nofile == 0 || d.unseen(HiddenTaskDefinition) {
		return
	}
	if seen.Document == nil {
		d.refuse("the task definition", "it could not be read", "grant ecs:DescribeTaskDefinition")
		return
	}
	e := edited("", seen.Document, nil)
	if want.CPU > 0 {
		e.size("cpu", "", strconv.Itoa(want.CPU), "cpu")
	}
	if want.Memory > 0 {
		e.size("memory", " MiB", strconv.Itoa(want.Memory), "memory")
	}
	if want.Nofile > 0 && !d.nofile(e) || !d.fits(e) || !d.runs(e) {
		d.heldBack(e)
		return
	}
	d.renewed, d.shrunk = len(e.fields) > 0, e.shrinks
	d.add(KindTaskDefinition, fmt.Sprintf("%s:%d", seen.Family, seen.Revision), e)
}

// heldBack says what else of the revision stays as it is, because one part of it was refused.
func (d *desire) heldBack(e *edit) {
	last := &d.refused[len(d.refused)-1]
	var others []string
	for _, f := range e.fields {
		if f.Name != last.What {
			others = append(others, f.Name)
		}
	}
	if len(others) > 0 {
		last.Why += "; until then, it keeps its " + strings.Join(others, ", ") + " as well"
	}
}

// nofile sets how many files the right container may open. A hard limit above is kept.
func (d *desire) nofile(e *edit) bool {
	containers := objects(e.after.list(containersKey))
	i := d.container(containers)
	if i < 0 {
		return false
	}
	const limit = "nofile"
	others, soft, hard := []any{}, any(nil), 0.0
	for _, u := range objects(containers[i].list("ulimits")) {
		if u.text("name") == limit {
			soft = u["softLimit"]
			hard, _ = number(u["hardLimit"])
			continue
		}
		others = append(others, map[string]any(u))
	}
	want := d.desired.Nofile
	if same(soft, want) {
		return true
	}
	containers[i].put(append(others, map[string]any{
		"name": limit, "softLimit": want, "hardLimit": max(want, int(hard)),
	}), "ulimits")
	e.note("open files of "+Line(containers[i].text("name")), shown(soft, ""), strconv.Itoa(want))
	return true
}

// container finds the container that serves: the one that the plan names, else the one behind the load balancer, else the
// only one. -1 with a refusal where that says nothing.
func (d *desire) container(all []Document) int {
	name := d.want.ECS.Container
	if name == "" && len(d.seen.Balancers) > 0 {
		name = d.seen.Balancers[0].Container
	}
	if name == "" && len(all) == 1 {
		return 0
	}
	if i := slices.IndexFunc(all, func(c Document) bool { return c.text("name") == name }); i >= 0 && name != "" {
		return i
	}
	if name == "" && d.unseen(HiddenBalancers) {
		return -1
	}
	var names []string
	for _, c := range all {
		names = append(names, Line(c.text("name")))
	}
	why := "the task definition has several containers, and none is behind a load balancer"
	if name != "" {
		why = "the task definition has no container " + Line(name)
	}
	d.refuse("open files", why, "name one in ecs { container }: "+strings.Join(names, ", "))
	return -1
}

// fits refuses a task that is smaller than what its containers take, naming the one that takes most.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
func (d *desire) fits(e *edit) bool {
	hard := func(c Document) float64 { n, _ := number(c["memory"]); return n }
	reserved := func(c Document) float64 {
		if n, _ := number(c["memoryReservation"]); n > 0 {
			return n
		}
		return hard(c)
	}
	units := func(c Document) float64 { n, _ := number(c["cpu"]); return n }
	return d.within(e, "cpu", "CPU units", units, true) && d.within(e, "memory", "MiB", hard, false) && d.within(e, "memory", "MiB", reserved, true)
}

// runs refuses a size that Fargate has none of, which may come of a plan that speaks of CPU or memory alone.
func (d *desire) runs(e *edit) bool {
	cpu, memory := whole(e.after["cpu"], 0), whole(e.after["memory"], 0)
	if !d.seen.TaskDefinition.Fargate || plan.FargateValid(cpu, memory) {
		return true
	}
	var sizes []string
	for _, s := range plan.FargateNearest(cpu, memory) {
		sizes = append(sizes, fmt.Sprintf("%d with %d MiB", s.CPU, s.Memory))
	}
	d.refuse("task size", fmt.Sprintf("Fargate runs no task of %d CPU units with %d MiB", cpu, memory), "desire both cpu and memory: "+strings.Join(sizes, ", or "))
	return false
}

// within compares what a task has with what its containers take: together, or only each by itself.
func (d *desire) within(e *edit, of, unit string, takes func(Document) float64, together bool) bool {
	task, known := number(e.after[of])
	containers := objects(e.after.list(containersKey))
	if !known || len(containers) == 0 {
		return true
	}
	sum := 0.0
	for _, c := range containers {
		sum += takes(c)
	}
	most := slices.MaxFunc(containers, func(a, b Document) int { return cmp.Compare(takes(a), takes(b)) })
	if takes(most) <= task && (!together || sum <= task) {
		return true
	}
	why := fmt.Sprintf("container %s takes %v %s, and the task would have %v", Line(most.text("name")), takes(most), unit, task)
	if takes(most) <= task {
		why += fmt.Sprintf(" for containers that take %v together", sum)
	}
	d.refuse(of, why, "lower the limits of its containers first, or desire more "+of)
	return false
}

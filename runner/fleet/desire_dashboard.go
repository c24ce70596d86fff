package fleet

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"plimsoll/dsl/plan"
)

// dashboards sets the bodies of the plan's dashboards. They have no tags that can be read back with them: the mark is in
// the text of the first widget.
func (a *account) dashboards() {
	if len(a.plan.Dashboards) == 0 || a.unseen(HiddenDashboards) {
		return
	}
	for _, want := range a.plan.Dashboards {
		what, name := "dashboard "+want.Label, DashboardName(want)
		i := slices.IndexFunc(a.state.Dashboards, func(d Dashboard) bool { return d.Name == name })
		if i < 0 {
			a.refuse(what, "it was not looked at", "give one of its services an ecs block that AWS knows")
			continue
		}
		a.dashboard(want, &a.state.Dashboards[i], what, name)
	}
}

func (a *account) dashboard(want *plan.Dashboard, seen *Dashboard, what, name string) {
	const body = "DashboardBody"
	e := edited(what, seen.Document, Document{"DashboardName": name})
	now, next := e.after.text(body), a.body(want)
	if !sameJSON(now, next) {
		e.after.put(next, body)
		e.note("widgets", widgets(now), widgets(next))
	}
	e.made(what, name)
	a.add(Ref{seen.Place, KindDashboard, name}, what, e, strings.Contains(now, Mark), want.Adopt)
}

func sameJSON(a, b string) bool {
	x, errX := ParseDocument([]byte(a))
	y, errY := ParseDocument([]byte(b))
	return errX == nil && errY == nil && same(map[string]any(x), map[string]any(y))
}

// digestShown is how many characters of a digest are shown.
const digestShown = 8

// widgets says how many widgets a body has, and tells bodies apart by a short digest.
func widgets(body string) string {
	if body == "" {
		return ""
	}
	d, err := ParseDocument([]byte(body))
	if err != nil {
		return "no JSON"
	}
	_, hex, _ := strings.Cut(digestOf(map[string]any(d)), ":")
	return strconv.Itoa(len(d.list("widgets"))) + " (" + hex[:digestShown] + ")"
}

// Sizes of widgets: a dashboard is 24 units wide.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
const (
	widgetWidth  = 6
	widgetHeight = 6
	textHeight   = 2
	boardWidth   = 24
)

// body is what a dashboard shows: a line of text with our mark, and a row of widgets for each service.
func (a *account) body(want *plan.Dashboard) string {
	title := "# " + Line(DashboardName(want)) + "\nMade by Plimsoll: " + Mark + " " + markOf(a.plan)
	all := []any{widget("text", 0, 0, boardWidth, textHeight, map[string]any{"markdown": title})}
	y := textHeight
	for _, s := range a.boarded(want) {
		if seen := a.seen(s); seen != nil && seen.Missing == "" {
			for i, properties := range row(s, seen) {
				kind := "metric"
				if properties["alarms"] != nil {
					kind = "alarm"
				}
				all = append(all, widget(kind, i*widgetWidth, y, widgetWidth, widgetHeight, properties))
			}
			y += widgetHeight
		}
	}
	text, err := json.Marshal(map[string]any{"widgets": all})
	if err != nil {
		panic("a dashboard that is no JSON: " + err.Error())
	}
	return string(text)
}

// boarded are the services that a dashboard shows.
func (a *account) boarded(want *plan.Dashboard) []*plan.Service {
	if len(want.Services) > 0 {
		return want.Services
	}
	return slices.DeleteFunc(slices.Clone(a.plan.Services), func(s *plan.Service) bool { return s.ECS == nil })
}

func widget(kind string, x, y, width, height int, properties map[string]any) map[string]any {
	return map[string]any{"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}
}

// row are the properties of a service's widgets, at most four: utilization, tasks, load, alarms.
func row(s *plan.Service, seen *Service) []map[string]any {
	title := s.Title()
	own := seen.Dimensions(plan.Metric{Namespace: namespaceECS})
	use := graph(seen.Region, title+": CPU and memory, %", "Average",
		series(namespaceECS, "CPUUtilization", own), series(namespaceECS, "MemoryUtilization", own))
	use["yAxis"] = map[string]any{"left": map[string]any{"min": 0, "max": 100}}
	all := []map[string]any{use, graph(seen.Region, title+": tasks", "Maximum",
		series(namespaceInsights, "DesiredTaskCount", own), series(namespaceInsights, "RunningTaskCount", own))}
	if b := seen.balancer(applicationBalancer); b != nil {
		all = append(all, graph(seen.Region, title+": requests and errors", "Sum",
			series(namespaceALB, "RequestCount", b.measured("RequestCount")),
			series(namespaceALB, "HTTPCode_Target_5XX_Count", b.measured("HTTPCode_Target_5XX_Count"))))
	}
	if arns := alarmARNs(s, seen); len(arns) > 0 {
		all = append(all, map[string]any{"title": title + ": alarms", "alarms": arns})
	}
	return all
}

func graph(region, title, statistic string, metrics ...any) map[string]any {
	return map[string]any{"title": title, "region": region, "stat": statistic, "period": 60, "view": "timeSeries", "metrics": metrics}
}

// series is a metric as dashboards write it: namespace, name, then each dimension's name and value.
func series(namespace, name string, of map[string]string) any {
	line := []any{namespace, name}
	for _, d := range objects(dimensions(of)) {
		line = append(line, d["Name"], d["Value"])
	}
	return line
}

// alarmARNs are those of the plan's alarms on a service, in its order, those included that are only to be made.
func alarmARNs(s *plan.Service, seen *Service) []any {
	var arns []any
	if s.Desired == nil {
		return nil
	}
	partition := "aws"
	if parts := strings.Split(seen.ARN, ":"); len(parts) > 1 {
		partition = parts[1]
	}
	for _, a := range s.Desired.Alarms {
		arns = append(arns, strings.Join([]string{"arn", partition, "cloudwatch", seen.Region, seen.Account, "alarm", AlarmName(s, a)}, ":"))
	}
	return arns
}

package aws

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// logsOperations is what the simulated CloudWatch Logs can do.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
var logsOperations = map[string]operation{
	"FilterLogEvents": on((*model).filterLogEvents),
	"PutLogEvents":    on((*model).putLogEvents),
}

// A logEvent is one line of a log group.
type logEvent struct {
	EventID       string `json:"eventId"`
	LogStreamName string `json:"logStreamName"`
	Timestamp     int64  `json:"timestamp"` // milliseconds since 1970
	IngestionTime int64  `json:"ingestionTime"`
	Message       string `json:"message"`

	group string
}

// Bounds of CloudWatch Logs.
const (
	mostLogEvents = 10_000 // kept of all groups together, and given at once
	mostLogBatch  = 10_000 // put at once
)

type logInput struct {
	LogGroupName  string `json:"logGroupName"`
	LogStreamName string `json:"logStreamName"`
	LogEvents     []struct {
		Timestamp int64  `json:"timestamp"`
		Message   string `json:"message"`
	} `json:"logEvents"`
}

type logToken struct {
	NextSequenceToken string `json:"nextSequenceToken"`
}

func (m *model) logGroup(name string) error {
	if !slices.Contains(m.LogGroups, name) {
		return refuse("ResourceNotFoundException", "The specified log group does not exist.")
	}
	return nil
}

// putLogEvents adds lines to a group of the fleet; streams come about by being written to.
func (m *model) putLogEvents(in *logInput) (logToken, error) {
	if err := m.logGroup(in.LogGroupName); err != nil {
		return logToken{}, err
	}
	if len(in.LogEvents) == 0 || len(in.LogEvents) > mostLogBatch || in.LogStreamName == "" {
		return logToken{}, refuse("InvalidParameterException", "name a log stream and give 1 to %d log events", mostLogBatch)
	}
	for _, e := range in.LogEvents {
		m.logged = append(m.logged, logEvent{
			EventID: m.hex(), LogStreamName: in.LogStreamName, Timestamp: e.Timestamp,
			IngestionTime: m.now.UnixMilli(), Message: e.Message, group: in.LogGroupName,
		})
	}
	slices.SortStableFunc(m.logged, func(a, b logEvent) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
	m.logged = keep(m.logged, mostLogEvents)
	return logToken{m.hex()}, nil
}

type logQuestion struct {
	LogGroupName        string   `json:"logGroupName"`
	LogGroupIdentifier  string   `json:"logGroupIdentifier"`
	LogStreamNames      []string `json:"logStreamNames"`
	LogStreamNamePrefix string   `json:"logStreamNamePrefix"`
	StartTime           int64    `json:"startTime"`
	EndTime             int64    `json:"endTime"`
	FilterPattern       string   `json:"filterPattern"`
	Limit               int      `json:"limit"`
	NextToken           string   `json:"nextToken"`
}

// matches understands filter patterns of plain terms: every one must stand in the line.
func (q *logQuestion) matches(e logEvent) bool {
	for _, term := range strings.Fields(q.FilterPattern) {
		if plain, err := strconv.Unquote(term); err == nil {
			term = plain
		}
		if !strings.Contains(e.Message, term) {
			return false
		}
	}
	return e.group == q.LogGroupName && e.Timestamp >= q.StartTime && e.Timestamp < q.EndTime &&
		(len(q.LogStreamNames) == 0 || slices.Contains(q.LogStreamNames, e.LogStreamName)) &&
		strings.HasPrefix(e.LogStreamName, q.LogStreamNamePrefix)
}

type logAnswer struct {
	Events    []logEvent `json:"events"`
	NextToken string     `json:"nextToken,omitempty"`
}

func (m *model) filterLogEvents(in *logQuestion) (logAnswer, error) {
	byDefault(&in.LogGroupName, in.LogGroupIdentifier[strings.LastIndexByte(in.LogGroupIdentifier, ':')+1:])
	byDefault(&in.EndTime, m.now.Add(time.Hour).UnixMilli())
	byDefault(&in.Limit, mostLogEvents)
	out := logAnswer{Events: []logEvent{}}
	if err := m.logGroup(in.LogGroupName); err != nil {
		return out, err
	}
	if in.Limit < 1 || in.Limit > mostLogEvents {
		return out, refuse("InvalidParameterException", "limit must be 1 to %d", mostLogEvents)
	}
	for _, e := range m.logged {
		if in.matches(e) {
			out.Events = append(out.Events, e)
		}
	}
	var err error
	if out.Events, out.NextToken, err = page(out.Events, in.NextToken, in.Limit); err != nil {
		return out, refuse("InvalidParameterException", "%v", err)
	}
	return out, nil
}

package cloud

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"plimsoll/runner/fleet"
)

const (
	logsEvery = 2 * time.Second  // a log group is asked again
	logsLate  = 30 * time.Second // a line may come with a time before lines that came already
)

// Logs follows the lines of a log group from an instant on, those of streams that begin with a prefix, until ctx ends (which
// is no error) or line returns an error. Lines come in the order in which CloudWatch gives them, each once; their text is as
// the service wrote it.
func (c *Cloud) Logs(ctx context.Context, place fleet.Place, group, prefix string, from time.Time, line func(at time.Time, stream, text string) error) error {
	at, err := c.reach(ctx, place)
	if err != nil {
		return fmt.Errorf("follow log group %s: %w", group, err)
	}
	tail := &tail{clients: at, group: group, prefix: prefix, from: from, newest: from, told: map[string]time.Time{}}
	for {
		if err := tail.read(ctx, line); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("follow log group %s: %w", group, err)
		}
		if pause(ctx, logsEvery) != nil {
			return nil
		}
	}
}

// tail is where following a log group has come to.
type tail struct {
	*clients
	group, prefix string
	from, newest  time.Time
	told          map[string]time.Time // lines by their ids, as long as they may be given again
}

// read tells the lines that are new.
func (t *tail) read(ctx context.Context, line func(at time.Time, stream, text string) error) error {
	since := t.newest.Add(-logsLate)
	if since.Before(t.from) {
		since = t.from
	}
	in := &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &t.group, StartTime: aws.Int64(since.UnixMilli())}
	if t.prefix != "" {
		in.LogStreamNamePrefix = &t.prefix
	}
	var stopped error
	err := pages(ctx, cloudwatchlogs.NewFilterLogEventsPaginator(t.clients.logs, in), func(page *cloudwatchlogs.FilterLogEventsOutput) {
		for _, e := range page.Events {
			if stopped == nil {
				stopped = t.tell(e, line)
			}
		}
	})
	if stopped != nil {
		return stopped
	}
	t.forget(since)
	if err != nil {
		return explain(err)
	}
	return nil
}

func (t *tail) tell(e logtypes.FilteredLogEvent, line func(at time.Time, stream, text string) error) error {
	id, at := aws.ToString(e.EventId), time.UnixMilli(aws.ToInt64(e.Timestamp)).UTC()
	if _, known := t.told[id]; known {
		return nil
	}
	t.told[id] = at
	if at.After(t.newest) {
		t.newest = at
	}
	return line(at, aws.ToString(e.LogStreamName), aws.ToString(e.Message))
}

// forget drops the ids of lines that will not be given again.
func (t *tail) forget(before time.Time) {
	for id, at := range t.told {
		if at.Before(before) {
			delete(t.told, id)
		}
	}
}

package cloud

import "context"

// once carries out a call that must not be carried out twice, and whose own retrying must be off. After an attempt that may
// be repeated, landed tells whether it was carried out though it did not look so: its answer was lost.
func once(ctx context.Context, landed func() (bool, error), call func() error) error {
	retryer := newPatience()
	for attempt := 1; ; attempt++ {
		err := call()
		if err == nil || !retryer.IsErrorRetryable(err) || attempt >= retryer.MaxAttempts() {
			return err
		}
		delay, final := retryer.RetryDelay(attempt, err)
		if final != nil || pause(ctx, delay) != nil {
			return err
		}
		if done, unknown := landed(); done || unknown != nil {
			return unknown
		}
	}
}

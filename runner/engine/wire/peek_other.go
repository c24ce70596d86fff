//go:build !unix

package wire

// canPeek is false where a socket cannot be asked without waiting; a byte is read ahead instead.
const canPeek = false

func peek(uintptr) bool { return true }

func receive(uintptr, []byte) (int, error) { return 0, errAgain }

func transmit(uintptr, []byte) (int, error) { return 0, nil }

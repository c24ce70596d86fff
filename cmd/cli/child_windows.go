package cli

import "syscall"

// ownGroup keeps Ctrl-C at the terminal from ending the child before the sessions that use it.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

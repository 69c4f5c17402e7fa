package nas

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitFileSystemAvailable waits until a file system is Running, so that mount
// targets can be created, and returns it. It fails at the third consecutive
// poll that finds it Stopped, Stopping or Deleting.
//
// RAM action: nas:DescribeFileSystems.
func (c *Client) WaitFileSystemAvailable(ctx context.Context, fileSystemID string, opts WaitOptions) (FileSystem, error) {
	wrong := 0
	return waitFor(ctx, "WaitFileSystemAvailable", ordering(opts), c.fileSystem(fileSystemID), wait.Goal[FileSystem]{
		Done: func(fs FileSystem) (string, bool, error) {
			switch fs.Status { // that no new file system has one of these is not known
			case FileSystemStatusStopped, FileSystemStatusStopping, FileSystemStatusDeleting:
				wrong++
			default:
				wrong = 0
			}
			if wrong >= 3 {
				return string(fs.Status), false, fmt.Errorf("a file system that is %s does not become %s", fs.Status, FileSystemStatusRunning)
			}
			return string(fs.Status), fs.Status == FileSystemStatusRunning, nil
		},
	})
}

// WaitFileSystemDeleted waits until a file system is gone. It succeeds if there is
// none in the first place.
//
// RAM action: nas:DescribeFileSystems.
func (c *Client) WaitFileSystemDeleted(ctx context.Context, fileSystemID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitFileSystemDeleted", ordering(opts), c.fileSystem(fileSystemID), wait.Goal[FileSystem]{
		Gone: func(err error) bool { return errors.Is(err, ErrNotFound) },
		Done: func(fs FileSystem) (string, bool, error) { return string(fs.Status), false, nil },
	})
	return err
}

// ordering adds to what is transient that a file system is being ordered.
func ordering(opts WaitOptions) WaitOptions {
	more := opts.Transient
	opts.Transient = func(err error) bool { return errors.Is(err, CodeFileSystemOrdering) || more != nil && more(err) }
	return opts
}

// fileSystem returns a function that reads a file system.
func (c *Client) fileSystem(id string) func(context.Context) (FileSystem, error) {
	return func(ctx context.Context) (FileSystem, error) {
		out, err := c.DescribeFileSystems(ctx, DescribeFileSystemsRequest{FileSystemID: id})
		if err != nil {
			return FileSystem{}, err
		}
		for _, fs := range out.FileSystems {
			if fs.FileSystemID == id {
				return fs, nil
			}
		}
		return FileSystem{}, fmt.Errorf("nas: file system %s %w (request %s)", id, ErrNotFound, out.RequestID)
	}
}

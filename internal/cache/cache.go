// Package cache keeps results of earlier runs on disk, by a hash of all that
// they depend on, and hashes source trees for such keys.
package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Key names an entry: a hash of all that its content depends on.
type Key [sha256.Size]byte

// A Cache is a folder of entries. Many processes may use it at a time. A nil
// Cache is empty and stays so.
type Cache struct{ dir string }

const (
	maxAge    = 10 * 24 * time.Hour // entries that were not used for so long are removed
	trimEvery = 24 * time.Hour
	fresh     = time.Hour // how exactly the time of the last use is kept

	// magic begins an entry. It changes with the form of entries.
	magic = "apivet cache 1\n"
)

// Off is the value of the environment variable that switches the cache off.
const Off = "off"

// Open returns the cache in the folder that override names, or in the user's
// folder for caches if it is empty; nil if it is Off or the user has none. The
// error is for a folder that was asked for and cannot be used.
func Open(override string) (*Cache, error) {
	dir := override
	switch override {
	case Off:
		return nil, nil
	case "":
		base, err := os.UserCacheDir()
		if err != nil {
			return nil, nil // some build machines have no home
		}
		dir = filepath.Join(base, "apivet")
	default:
		if !filepath.IsAbs(dir) {
			return nil, fmt.Errorf("%s is not an absolute path", dir)
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		if override == "" {
			return nil, nil
		}
		return nil, err
	}
	return &Cache{dir}, nil
}

// Get returns the content of an entry. One that is damaged is none.
func (c *Cache) Get(k Key) (content []byte, ok bool) {
	if c == nil {
		return nil, false
	}
	name := c.name(k)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok || len(rest) < sha256.Size {
		return nil, false
	}
	sum, content := rest[:sha256.Size], rest[sha256.Size:]
	if want := checksum(k, content); !bytes.Equal(sum, want[:]) {
		return nil, false
	}
	if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > fresh {
		now := time.Now()
		_ = os.Chtimes(name, now, now) // else it is removed early
	}
	return content, true
}

// Put stores an entry. Whoever reads meanwhile sees the old one or the new.
func (c *Cache) Put(k Key, content []byte) error {
	if c == nil {
		return nil
	}
	temp, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // gone after the rename
	sum := checksum(k, content)
	_, err = temp.Write(append(append([]byte(magic), sum[:]...), content...))
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), c.name(k)); err != nil {
		return err
	}
	c.trim()
	return nil
}

// checksum covers the key too, so that no entry passes for another.
func checksum(k Key, content []byte) Key {
	h := sha256.New()
	h.Write(k[:])
	h.Write(content)
	return Key(h.Sum(nil))
}

const suffix = ".entry"

func (c *Cache) name(k Key) string {
	return filepath.Join(c.dir, hex.EncodeToString(k[:])+suffix)
}

// trim removes, once a day, what was not used for long.
func (c *Cache) trim() {
	marker := filepath.Join(c.dir, "trimmed")
	if info, err := os.Stat(marker); err == nil && time.Since(info.ModTime()) < trimEvery {
		return
	}
	if os.WriteFile(marker, nil, 0o666) != nil {
		return
	}
	now := time.Now()
	_ = os.Chtimes(marker, now, now) // writing nothing to an empty file may leave its time
	list, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	for _, e := range list {
		// The folder may be one that somebody named by mistake.
		if !strings.HasSuffix(e.Name(), suffix) && !strings.HasPrefix(e.Name(), "new-") || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > maxAge {
			_ = os.Remove(filepath.Join(c.dir, e.Name()))
		}
	}
}

// HashFile returns a hash of a file's content, and of its absence.
func HashFile(name string) (Key, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, nil
	}
	if err != nil {
		return Key{}, err
	}
	return sha256.Sum256(data), nil
}

# SPDX-License-Identifier: Apache-2.0
"""Looks like a Go program from afar: gigabytes of executable memory, with the first bytes of tables and addresses of them
everywhere. resembles.py anonymous|file GIGABYTES"""
import ctypes
import mmap
import os
import signal
import struct
import sys
import tempfile

size = int(sys.argv[2]) << 30
MAP_NORESERVE = 0x4000
flags, file = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE, -1
if sys.argv[1] == "file":
    sparse = tempfile.TemporaryFile(dir="/var/tmp")
    file = sparse.fileno()
    os.ftruncate(file, size)
    flags = mmap.MAP_SHARED
memory = mmap.mmap(file, size, flags=flags, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
begin = ctypes.addressof(ctypes.c_char.from_buffer(memory))
for i in range(256):
    at = i << 16
    memory[at:at + 8] = struct.pack("<IHBB", 0xfffffff1, 0, 1, 8)
    for j in range(64):
        memory[at + 64 + 8 * j:at + 72 + 8 * j] = struct.pack("<Q", begin + at)
print("ready", flush=True)
signal.pause()

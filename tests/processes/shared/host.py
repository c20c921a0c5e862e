# SPDX-License-Identifier: Apache-2.0
"""Loads the library and keeps still: host.py LIBRARY TRUTH"""
import ctypes
import signal
import sys

library = ctypes.CDLL(sys.argv[1])
library.Begin(20)
library.WriteTruth(sys.argv[2].encode())
print("ready", flush=True)
signal.pause()

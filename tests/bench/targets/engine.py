# SPDX-License-Identifier: MIT
"""The program's own network, optimiser and cutting, called from Python.

Needs the library that `ninja -C BUILD tests/bench/libbench-engine.so` makes.
"""
import ctypes
import math
import os

import numpy as np

PREDICT, TRAIN = 0, 1
ADAMW = 0
BORDER, FLOWS = 0, 1
MULTIPLE = 16  # of pixels, for a depth of 4
MODEL_SIZE = -1.0  # cells are as large as those that the model was trained on


class Shape(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint) for name in "nchw"]


class Tensor(ctypes.Structure):
    _fields_ = [("shape", Shape), ("data", ctypes.c_void_p)]


class NetConfig(ctypes.Structure):
    _fields_ = [("in_channels", ctypes.c_uint), ("base", ctypes.c_uint), ("depth", ctypes.c_uint),
                ("out_channels", ctypes.c_uint), ("seed", ctypes.c_uint64)]


class AdamConfig(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int)] + [(name, ctypes.c_double) for name in (
        "beta1", "beta2", "eps", "weight_decay", "momentum")]


class CutOptions(ctypes.Structure):
    _fields_ = [("threshold", ctypes.c_double), ("min_size", ctypes.c_uint),
                ("min_share", ctypes.c_double), ("separation", ctypes.c_double),
                ("by_form", ctypes.c_int), ("separator", ctypes.c_int)]


class Rect(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("x", "y", "width", "height")]


class PredictOptions(ctypes.Structure):
    _fields_ = [("threshold", ctypes.c_double), ("min_size", ctypes.c_int),
                ("min_share", ctypes.c_double), ("separation", ctypes.c_double),
                ("tile", ctypes.c_uint), ("diameter", ctypes.c_double),
                ("um_per_px", ctypes.c_double), ("n_views", ctypes.c_uint),
                ("channel", ctypes.c_int)]


class Prediction(ctypes.Structure):
    """The first fields of PelPrediction."""
    _fields_ = [("width", ctypes.c_uint), ("height", ctypes.c_uint),
                ("foreground", ctypes.POINTER(ctypes.c_float)),
                ("parting", ctypes.POINTER(ctypes.c_float)), ("labels", ctypes.c_void_p)]


class GError(ctypes.Structure):
    _fields_ = [("domain", ctypes.c_uint32), ("code", ctypes.c_int), ("message", ctypes.c_char_p)]


POINTER, UINT = ctypes.c_void_p, ctypes.c_uint
PROTOTYPES = {
    "pel_pool_new": (POINTER, [UINT]),
    "pel_pool_free": (None, [POINTER]),
    "pel_unet_new": (POINTER, [POINTER, POINTER]),
    "pel_unet_free": (None, [POINTER]),
    "pel_unet_plan": (ctypes.c_int, [POINTER, Shape, ctypes.c_int, POINTER, POINTER]),
    "pel_unet_forward": (ctypes.c_int, [POINTER, POINTER, POINTER]),
    "pel_unet_backward": (ctypes.c_int, [POINTER, POINTER]),
    "pel_unet_commit_statistics": (None, [POINTER]),
    "pel_optimizer_config_init": (None, [POINTER, ctypes.c_int]),
    "pel_optimizer_new": (POINTER, [POINTER, POINTER, POINTER]),
    "pel_optimizer_free": (None, [POINTER]),
    "pel_optimizer_step": (None, [POINTER, ctypes.c_float]),
    "pel_schedule_get_rate": (ctypes.c_double, [ctypes.c_double, ctypes.c_double]),
    "pel_cut_cells": (POINTER, [POINTER, POINTER, UINT, UINT, POINTER, POINTER, POINTER]),
    "pel_flow_field_new": (POINTER, [POINTER, UINT, UINT, POINTER, POINTER]),
    "pel_flow_field_read_unit": (None, [POINTER, POINTER, POINTER]),
    "pel_flow_field_free": (None, [POINTER]),
    "pel_labels_read": (None, [POINTER, POINTER, POINTER, ctypes.c_size_t]),
    "pel_labels_unref": (None, [POINTER]),
    "pel_image_load": (POINTER, [ctypes.c_char_p, UINT, POINTER, POINTER]),
    "pel_image_unref": (None, [POINTER]),
    "pel_model_load": (POINTER, [ctypes.c_char_p, POINTER]),
    "pel_model_free": (None, [POINTER]),
    "pel_predict_options_init": (None, [POINTER]),
    "pel_predict_image": (ctypes.POINTER(Prediction), [POINTER] * 8),
    "pel_prediction_free": (None, [POINTER]),
}


class Engine:
    def __init__(self, build):
        self.library = ctypes.CDLL(os.path.join(build, "tests/bench/libbench-engine.so"))
        for name, (result, arguments) in PROTOTYPES.items():
            function = getattr(self.library, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def call(self, function, *arguments):
        error = ctypes.POINTER(GError)()
        result = function(*arguments, ctypes.byref(error))
        if not result:
            raise RuntimeError(error.contents.message.decode())
        return result

    def cut_border(self, foreground, border, threshold, min_size, min_share, separation):
        """pel_cut_cells(): seeds of foreground less border, cut at necks, and a watershed."""
        height, width = foreground.shape
        planes = [np.ascontiguousarray(plane, np.float32) for plane in (foreground, border)]
        options = CutOptions(threshold, min_size, min_share, separation, 0, BORDER)
        labels = self.call(self.pel_cut_cells, planes[0].ctypes.data, planes[1].ctypes.data,
                           width, height, ctypes.byref(options), None)
        out = self.read_labels(labels, width, height)
        self.pel_labels_unref(labels)
        return out

    def flow_planes(self, labels):
        """As maps.flow_planes(), by the program's own way."""
        labels = np.ascontiguousarray(labels, np.uint32)
        out = np.empty((3, *labels.shape), np.float32)
        out[0] = labels > 0
        field = self.call(self.pel_flow_field_new, labels.ctypes.data, labels.shape[1],
                          labels.shape[0], None)
        self.pel_flow_field_read_unit(field, out[1].ctypes.data, out[2].ctypes.data)
        self.pel_flow_field_free(field)
        return out.transpose(1, 2, 0)

    def cut_flows(self, planes, threshold, min_size, min_share, separation):
        """pel_cut_cells() of foreground and flows: ways to the cells' middles."""
        height, width = planes.shape[1:]
        planes = np.ascontiguousarray(planes, np.float32)
        options = CutOptions(threshold, min_size, min_share, separation, 0, FLOWS)
        labels = self.call(self.pel_cut_cells, planes[0].ctypes.data, planes[1:].ctypes.data,
                           width, height, ctypes.byref(options), None)
        out = self.read_labels(labels, width, height)
        self.pel_labels_unref(labels)
        return out

    def read_labels(self, labels, width, height):
        out = np.zeros((height, width), np.uint32)
        self.pel_labels_read(labels, ctypes.byref(Rect(0, 0, width, height)), out.ctypes.data,
                             width)
        return out

    def predict(self, model, path, pool, n_views=1):
        """Foreground and border of an image file at the model's size, and the cells."""
        options = PredictOptions()
        self.pel_predict_options_init(ctypes.byref(options))
        options.n_views, options.diameter = n_views, MODEL_SIZE
        image = self.call(self.pel_image_load, path.encode(), 0, None)
        told = self.call(self.pel_predict_image, model, image, ctypes.byref(options), pool, None,
                         None, None)
        fields = told.contents
        size = fields.height, fields.width
        planes = [np.ctypeslib.as_array(plane, size).copy()
                  for plane in (fields.foreground, fields.parting)]
        labels = self.read_labels(fields.labels, fields.width, fields.height)
        self.pel_prediction_free(ctypes.cast(told, POINTER))
        self.pel_image_unref(image)
        return *planes, labels


def as_tensor(array):
    return Tensor(Shape(*array.shape), array.ctypes.data)


class Network:
    """A U-Net of base 16 and depth 4 with AdamW and the engine's one-cycle schedule."""

    def __init__(self, engine, out_channels, seed, threads, rate):
        self.engine, self.rate, self.out_channels = engine, rate, out_channels
        self.pool = engine.pel_pool_new(threads)
        config = NetConfig(1, 16, 4, out_channels, seed)
        self.unet = engine.call(engine.pel_unet_new, ctypes.byref(config))
        adam = AdamConfig()
        engine.pel_optimizer_config_init(ctypes.byref(adam), ADAMW)
        adam.weight_decay = 1e-4
        self.optimizer = engine.call(engine.pel_optimizer_new, ctypes.byref(adam), self.unet)
        self.planned = None

    def plan(self, shape, phase):
        if self.planned != (shape, phase):
            self.engine.call(self.engine.pel_unet_plan, self.unet, Shape(*shape), phase, self.pool)
            self.planned = (shape, phase)

    def step(self, batch, loss, fraction):
        """One step; `loss` gives the loss and its derivative by the scores."""
        self.plan(batch.shape, TRAIN)
        n, _, height, width = batch.shape
        scores = np.empty((n, self.out_channels, height, width), np.float32)
        batch_tensor, score_tensor = as_tensor(batch), as_tensor(scores)
        self.engine.pel_unet_forward(self.unet, ctypes.byref(batch_tensor),
                                     ctypes.byref(score_tensor))
        value, slope = loss(scores)
        slope = np.ascontiguousarray(slope, np.float32)
        slope_tensor = as_tensor(slope)
        self.engine.pel_unet_backward(self.unet, ctypes.byref(slope_tensor))
        self.engine.pel_unet_commit_statistics(self.unet)
        self.engine.pel_optimizer_step(self.optimizer,
                                       self.engine.pel_schedule_get_rate(self.rate, fraction))
        return value

    def predict(self, image):
        """The scores (c, h, w) of an image, which is mirrored at its edges up to a whole tile."""
        height, width = image.shape
        pads = [(0, math.ceil(n / MULTIPLE) * MULTIPLE - n) for n in image.shape]
        padded = np.ascontiguousarray(np.pad(image, pads, mode="reflect")[None, None], np.float32)
        self.plan(padded.shape, PREDICT)
        scores = np.empty((1, self.out_channels, *padded.shape[2:]), np.float32)
        input_tensor, score_tensor = as_tensor(padded), as_tensor(scores)
        self.engine.pel_unet_forward(self.unet, ctypes.byref(input_tensor),
                                     ctypes.byref(score_tensor))
        return scores[0, :, :height, :width]

    def close(self):
        self.engine.pel_optimizer_free(self.optimizer)
        self.engine.pel_unet_free(self.unet)
        self.engine.pel_pool_free(self.pool)

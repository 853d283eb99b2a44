// The one script of a bare frame: the React that the frame and its widget import.
import React from 'react';
import Runtime from 'react/jsx-runtime';

export { createRoot } from 'react-dom/client';
export const { createElement, useMemo, useState } = React;
export const { Fragment, jsx, jsxs } = Runtime;

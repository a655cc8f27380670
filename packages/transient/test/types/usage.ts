// Uses everything that the package exports, as users do. Nothing here runs. It must compile with the oldest supported
// TypeScript.
import { retry } from '@stamina/core';
import * as aws from '@stamina/transient/aws';
import * as axios from '@stamina/transient/axios';
import * as grpc from '@stamina/transient/grpc';
import * as llm from '@stamina/transient/llm';
import { isThrottled } from '@stamina/transient/llm';
import * as mongodb from '@stamina/transient/mongodb';
import * as mysql from '@stamina/transient/mysql';
import * as pg from '@stamina/transient/pg';
import { isTransient } from '@stamina/transient/pg';
import * as prisma from '@stamina/transient/prisma';
import * as redis from '@stamina/transient/redis';

interface Predicates {
  isConflict(error: unknown): boolean;
  isUnavailable(error: unknown): boolean | { readonly atLeast: number };
  isThrottled(error: unknown): boolean | { readonly atLeast: number };
  isTransient(error: unknown): boolean | { readonly atLeast: number };
}
export const clients: Predicates[] = [aws, axios, grpc, llm, mongodb, mysql, pg, prisma, redis];

// Most databases do not say when to come back.
export const answers: boolean[] = [pg, mysql, redis, prisma].map(({ isTransient }) => isTransient(new Error()));

// Each predicate is one of core.
for (const { isConflict, isUnavailable, isThrottled, isTransient } of clients) {
  retry({ on: isConflict });
  retry({ on: isTransient });
  retry({ on: [isConflict, isThrottled, isUnavailable] });
}

// The rest must not compile. Each error is expected on a line of its own.

// @ts-expect-error A predicate needs an error.
isTransient();
// @ts-expect-error The answer may be `{ atLeast }`.
export const answer: boolean = isThrottled(new Error('message'));
// @ts-expect-error Each client has a module of its own.
export type All = typeof import('@stamina/transient');

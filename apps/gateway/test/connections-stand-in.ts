import { Controller, type Type } from '@nestjs/common';
import {
  AppError,
  authMessages,
  type DataOf,
  type Message,
  type QueryContract,
  type ReplyOf,
} from '@firmbridge/contracts';
import { Answers, Consumes } from '@firmbridge/messaging';

const { listAgencies, listAgencyLocations, connectAgencyLocation, getDisconnections, getErasures } = authMessages;
const { listProviderApps, setProviderApp, removeProviderApp, rotateKeys } = authMessages;
const { disconnectConnection, connectionStopped, eraseTenant, tenantErased } = authMessages;

type Asked<C extends QueryContract> = Message<DataOf<C>>;

interface Noting {
  keysToRewrap: number;
  largestStep: number;
  note(message: Message): void;
}

/** What auth does about connections, apps and keys, as far as the gateway asks: each answers its example. */
export function endings(platform: Noting): Type {
  const answer = <C extends QueryContract>(contract: C, message: Asked<C>): ReplyOf<C> => {
    platform.note(message as Message);
    return contract.reply.parse(contract.replyExample) as ReplyOf<C>;
  };

  @Controller()
  class Endings {
    @Answers(listAgencies)
    agencies(message: Asked<typeof listAgencies>) {
      return answer(listAgencies, message);
    }

    @Answers(listAgencyLocations)
    locations(message: Asked<typeof listAgencyLocations>) {
      return answer(listAgencyLocations, message);
    }

    @Answers(connectAgencyLocation)
    connect(message: Asked<typeof connectAgencyLocation>) {
      return answer(connectAgencyLocation, message);
    }

    @Answers(getDisconnections)
    disconnections(message: Asked<typeof getDisconnections>) {
      return answer(getDisconnections, message);
    }

    @Answers(getErasures)
    erasures(message: Asked<typeof getErasures>) {
      return answer(getErasures, message);
    }

    @Answers(listProviderApps)
    apps(message: Asked<typeof listProviderApps>) {
      return answer(listProviderApps, message);
    }

    @Answers(setProviderApp)
    setApp(message: Asked<typeof setProviderApp>) {
      return answer(setProviderApp, message);
    }

    @Answers(removeProviderApp)
    removeApp(message: Asked<typeof removeProviderApp>) {
      return answer(removeProviderApp, message);
    }

    @Answers(rotateKeys)
    rotate(message: Asked<typeof rotateKeys>): ReplyOf<typeof rotateKeys> {
      platform.note(message);
      const { keyId, limit } = message.data;
      const currentKeyId = '2026-11';
      if (keyId === null) return { currentKeyId, rewrapped: 0, left: platform.keysToRewrap };
      const rewrapped = Math.min(limit, platform.largestStep, platform.keysToRewrap);
      if (keyId === currentKeyId) {
        platform.keysToRewrap -= rewrapped;
        return { currentKeyId, rewrapped, left: platform.keysToRewrap };
      }
      throw new AppError('conflict', 'vault.another_current_key', 'A replica wraps with another key.');
    }

    @Consumes(disconnectConnection, { queue: 'auth.disconnections' })
    disconnect(message: Message<DataOf<typeof disconnectConnection>>): void {
      platform.note(message);
    }

    // What the queues carry beside that comes from services, not from the gateway.
    @Consumes(connectionStopped, { queue: 'auth.disconnections' })
    stopped(message: Message<DataOf<typeof connectionStopped>>): void {
      platform.note(message);
    }

    @Consumes(tenantErased, { queue: 'auth.erasures' })
    erased(message: Message<DataOf<typeof tenantErased>>): void {
      platform.note(message);
    }

    @Consumes(eraseTenant, { queue: 'auth.erasures' })
    erase(message: Message<DataOf<typeof eraseTenant>>): void {
      platform.note(message);
    }
  }
  return Endings;
}
